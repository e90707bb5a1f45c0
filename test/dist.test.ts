import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT, temporaryFolder } from './support/files.ts'

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

it.skipIf(!existsSync('/dev/full'))(
  'supply reports without a stack trace a log that cannot be written',
  () => {
    const cwd = temporaryFolder({ 'app/sidecars.yml': 'sidecars: [{name: a, command: x}]\n', 'deps/0/x': '' })
    const script = `${JSON.stringify(join(ROOT, 'bin/supply'))} app cache deps 0 > /dev/full`
    const { status, stderr } = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8' })
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'error: ENOSPC: no space left on device, write\n',
    })
  },
)
