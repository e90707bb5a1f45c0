import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { recordsFolder } from '../../src/diego/records.ts'

const root = mkdtempSync(join(tmpdir(), 'records-'))
writeFileSync(join(root, 'file'), '')
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('the folder of what runs', () => {
  test("is below XDG_RUNTIME_DIR and the user's alone", () => {
    const runtime = join(root, 'runtime')
    mkdirSync(runtime)
    const folder = recordsFolder({ XDG_RUNTIME_DIR: runtime }, root)
    expect(folder).toBe(join(runtime, 'sidecar-buildpack'))
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test.each([
    ['without that variable', {}],
    ['when it names what is not there', { XDG_RUNTIME_DIR: join(root, 'gone') }],
    ['when it names what is no folder', { XDG_RUNTIME_DIR: join(root, 'file') }],
  ])('is among the temporary files %s', (_, env) => {
    expect(recordsFolder(env, root)).toBe(join(root, `sidecar-buildpack-${process.getuid?.()}`))
  })
})
