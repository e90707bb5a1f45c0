import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Built by `npm test` before the tests run. */
const dist = join(import.meta.dirname, '../dist')

it('every part that is loaded late is there', () => {
  const scripts = readdirSync(dist).filter((name) => /\.c?js$/.test(name))
  const wanted = scripts.flatMap((name) =>
    [...readFileSync(join(dist, name), 'utf8').matchAll(/\.\/(lazy-[\w-]+\.cjs)/g)].map(
      ([, part]) => part ?? '',
    ),
  )
  expect(wanted.length).toBeGreaterThan(10)
  expect(wanted.filter((part) => !existsSync(join(dist, part)))).toEqual([])
})
