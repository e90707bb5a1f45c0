import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mutatedFiles } from '../../scripts/mutated-files.mjs'

const src = join(import.meta.dirname, '../../src')

it('takes the files of a room, of a directory in it, and single files', () => {
  expect(mutatedFiles(src, ['src/config/rules/']).config).toContain('config/rules/names.ts')
  expect(mutatedFiles(src, ['plan/html', 'src/plan/plan.ts'])).toEqual({
    plan: expect.arrayContaining(['plan/html/page.ts', 'plan/plan.ts']),
  })
  expect(mutatedFiles(src, ['plan/html']).plan).not.toContain('plan/html/style.ts')
  expect(Object.keys(mutatedFiles(src, []))).toContain('lifecycle/launching')
})

it.each([
  ['src/cli', 'cli is in none of the rooms config, '],
  ['src/config/nowhere.ts', 'src/config/nowhere.ts does not exist'],
])('refuses %s', (path, failure) => {
  expect(() => mutatedFiles(src, [path])).toThrow(failure)
})
