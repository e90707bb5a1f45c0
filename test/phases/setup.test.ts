import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SidecarName } from '../../src/config/sidecar.ts'
import { buildpackLog } from '../../src/log/log.ts'
import { runSetup } from '../../src/phases/setup.ts'
import { temporaryFolder } from '../support/files.ts'
import { until } from '../support/waiting.ts'

afterEach(() => vi.unstubAllEnvs())

/** Runs a script in the directory `a` of a new directory. */
async function setUp(
  script: string,
  { env = {}, tmpdir, ...more }: { env?: Record<string, string>; tmpdir?: string; timeLimit?: number } = {},
) {
  const parent = temporaryFolder({ 'a/file': '' })
  if (tmpdir !== undefined) vi.stubEnv('TMPDIR', tmpdir)
  const lines: string[] = []
  const ended = runSetup({
    name: 'a b' as SidecarName,
    setup: { script, place: { file: 'sidecars.yml', line: 3, column: 5 } },
    folder: join(parent, 'a'),
    ...more,
    env: { PATH: process.env.PATH, ...env },
    log: buildpackLog((line) => lines.push(line.trimEnd()), false),
  })
  const failure = await ended.then(
    () => undefined,
    (thrown: Error) => thrown.message,
  )
  return { failure, parent, lines, output: lines.slice(1).map((line) => line.slice(9)) }
}

describe('setup', () => {
  it('runs in the directory of the sidecar, with its output in the log', async () => {
    const { lines, failure } = await setUp('ls; echo err >&2; printf "not ended"')
    expect([lines[0], ...lines.slice(1).sort()]).toEqual([
      '       setup of a b',
      '         err',
      '         file',
      '         not ended',
    ])
    expect(failure).toBeUndefined()
  })

  it('has the environment of the app and SIDECAR_HOME, no input, and no open pipe', async () => {
    const script =
      'echo "$A ${HOME-none}"; echo "$SIDECAR_HOME"; cat; [ -e /proc/$$/fd/3 ] || echo closed; wait; echo waited'
    const { output, parent } = await setUp(script, { env: { A: 'app' } })
    expect(output).toEqual(['app none', join(parent, 'a'), 'closed', 'waited'])
  })

  it('reads the file of BASH_ENV once', async () => {
    const env = { BASH_ENV: join(temporaryFolder({ env: 'echo sourced\n' }), 'env') }
    expect((await setUp('echo script', { env })).output).toEqual(['sourced', 'script'])
  })

  it('may write a character in two parts', async () => {
    const { output } = await setUp(String.raw`printf 'a\xc3'; sleep 0.3; printf '\xa9b\n'`)
    expect(output).toEqual(['aéb'])
  })

  it('may write a line without an end, which is cut', async () => {
    const longest = 64 * 1024
    const { output } = await setUp(`head -c ${2 * longest + 5} /dev/zero | tr '\\0' a`)
    expect(output.map((line) => line.length)).toEqual([longest, longest, 5])
  })

  it('leaves no process, not even one that ignores SIGTERM', async () => {
    const { output } = await setUp('trap "" TERM; sleep 97 & echo $!')
    await until(() => !existsSync(`/proc/${output[0]}`))
  })

  it('works where TMPDIR is not a directory, and leaves no pipes', async () => {
    const tmpdir = temporaryFolder()
    expect((await setUp('ls -A ..', { tmpdir })).output).toEqual(['a'])
    expect(readdirSync(tmpdir)).toEqual([])
    const { output, parent } = await setUp('echo x', { tmpdir: join(tmpdir, 'nowhere') })
    expect(output).toEqual(['x'])
    expect(readdirSync(parent)).toEqual(['a'])
  })

  it.each([
    ['exit 3', '(status 3); correct the script'],
    ['kill -TERM $$', '(ended by SIGTERM); correct the script'],
    ['echo why; false', '(status 1); correct the script; its output is above'],
  ])('fails at its place with the reason and what to do: %s', async (script, message) => {
    expect((await setUp(script)).failure).toBe(`sidecars.yml:3:5: setup of a b failed ${message}`)
  })

  it('fails when it takes too long; all of its processes are ended', async () => {
    const { failure, output } = await setUp('sleep 97 & echo $!; sleep 98', { timeLimit: 1500 })
    expect(failure).toBe(
      'sidecars.yml:3:5: setup of a b took longer than 1.5 s; make it faster, or do its work before cf push; its output is above',
    )
    await until(() => !existsSync(`/proc/${output[0]}`))
  })

  it('fails without bash', async () => {
    expect((await setUp('true', { env: { PATH: '/nowhere' } })).failure).toBe(
      'sidecars.yml:3:5: setup of a b failed (spawn bash ENOENT)',
    )
  })
})
