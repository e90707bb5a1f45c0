import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/files.ts'

const dist = join(import.meta.dirname, '../../dist')
const folder = temporaryFolder()

const caches = readdirSync(dist).filter((name) => name.endsWith('.cache'))
/** As dist/load.cjs compiles it. */
const compiled = (name: string) =>
  new Script(
    `(function (exports, require, module, __filename, __dirname) {${readFileSync(join(dist, name), 'utf8')}\n})`,
    { filename: name, cachedData: readFileSync(join(dist, `${name}.cache`)) },
  )

describe('the code caches of the command line', () => {
  test('are there for what it starts with and for its usual commands, and fit the Node.js that has built it', () => {
    const names = caches.map((name) => name.replace(/\.cache$/, ''))
    const commands = ['bundle-jar', 'plan-app', 'validate-app'].map((each) => `lazy-cli-${each}.cjs`)
    expect(names).toEqual(expect.arrayContaining(['cli.js', ...commands]))
    for (const name of names) expect(compiled(name).cachedDataRejected, name).toBe(false)
  })

  test('are passed over where they fit no more: cut off, of another script, or not there', () => {
    cpSync(join(dist, '..', 'buildpack.toml'), join(folder, 'buildpack.toml'))
    cpSync(dist, join(folder, 'dist'), { recursive: true })
    const schema = () =>
      spawnSync(process.execPath, [join(folder, 'dist/cli.cjs'), 'schema'], { encoding: 'utf8' })
    const expected = schema()
    expect(expected).toMatchObject({ status: 0, stderr: '' })
    const cache = join(folder, 'dist/cli.js.cache')
    const whole = readFileSync(cache)
    for (const bytes of [
      whole.subarray(0, whole.length / 2),
      Buffer.alloc(0),
      Buffer.from('no cache'),
      readFileSync(join(folder, 'dist', caches.find((name) => name.startsWith('lazy-')) as string)),
    ]) {
      writeFileSync(cache, bytes)
      expect(schema()).toMatchObject({ status: 0, stdout: expected.stdout, stderr: '' })
    }
    rmSync(cache)
    expect(schema()).toMatchObject({ status: 0, stdout: expected.stdout, stderr: '' })
  })
})
