import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { CLI } from '../support/command-line.ts'
import { temporaryFolder, writeFiles } from '../support/files.ts'
import { serve } from '../support/http-server.ts'

let work: string
beforeEach(() => {
  work = temporaryFolder()
  for (const each of ['tmp', 'app']) mkdirSync(join(work, each))
})

/** In a process group of its own, as a terminal has it. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: `${work}/bin:${process.env.PATH}`, TMPDIR: join(work, 'tmp'), HOME: work },
    cwd: work,
    detached: true,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (said += piece))
  return { child, said: () => said }
}

async function interrupted(child: ChildProcess, signal: NodeJS.Signals) {
  const ended = once(child, 'exit')
  process.kill(-(child.pid ?? 0), signal)
  const [, by] = await ended
  return by
}

const left = () => readdirSync(join(work, 'tmp'))

describe.each(['SIGINT', 'SIGTERM'] as const)('a command that %s ends leaves nothing behind', (signal) => {
  test.each(['stage', 'run'])('%s', async (command) => {
    const setup = 'setup: "echo setting up; sleep 41"'
    writeFileSync(
      join(work, 'app/sidecars.yml'),
      `sidecars:\n  - {name: a, source: {path: r}, ${setup}}\nprocesses: {web: sleep 41}\n`,
    )
    writeFileSync(join(work, 'app/r'), '#!/bin/sh\n')
    const { child, said } = start(command, 'app', ...(command === 'stage' ? ['-o', 'out'] : []))
    await expect.poll(said, { timeout: 10_000 }).toContain('setting up')
    expect(left()).not.toEqual([])
    expect(await interrupted(child, signal)).toBe(signal)
    expect(left()).toEqual([])
  })

  test('run, while it copies the droplet', async () => {
    writeFiles(join(work, 'app'), { 'sidecars.yml': 'processes: {web: sleep 41}\n' })
    writeFiles(work, { 'bin/cp': `#!/bin/sh\necho copying >> ${work}/copies\nsleep 41\n` })
    chmodSync(join(work, 'bin/cp'), 0o755)
    const { child, said } = start('run', 'app', '--instances', '2')
    writeFileSync(join(work, 'copies'), '')
    const copies = () => readFileSync(join(work, 'copies'), 'utf8')
    await expect.poll(copies, { timeout: 10_000 }).toBe('copying\ncopying\n')
    expect(await interrupted(child, signal)).toBe(null)
    expect([child.exitCode, said()]).toEqual([0, expect.not.stringContaining('cannot be unpacked')])
    // The directory of the records, which is empty again.
    expect(readdirSync(join(work, 'tmp'), { recursive: true })).toEqual([
      expect.stringMatching(/^sidecar-buildpack-\d+$/),
    ])
  })

  test.each(['validate', 'plan'])('%s', async (command) => {
    const ignored = { '.cfignore': 'not-pushed', 'not-pushed': '' }
    const many = Array.from({ length: 5000 }, (_, index) => [`files/${index}`, ''])
    writeFiles(join(work, 'app'), { ...ignored, ...Object.fromEntries(many) })
    const { child } = start(command, 'app')
    const linked = () => readdirSync(join(work, 'tmp'), { recursive: true }).length
    await expect.poll(linked, { timeout: 10_000, interval: 2 }).toBeGreaterThan(2)
    expect(await interrupted(child, signal)).toBe(signal)
    expect(left()).toEqual([])
  })

  test('package during its download', async () => {
    writeFiles(work, { 'bin/npm': '#!/bin/sh\necho > "$TMPDIR"/started\nsleep 41\n' })
    const { child } = start('package', '-o', 'out.zip')
    await expect.poll(left, { timeout: 10_000 }).toContain('started')
    expect(await interrupted(child, signal)).toBe(signal)
    expect(left()).toEqual(['started'])
  })

  test('vendor', async () => {
    const server = await serve(() => undefined)
    const source = `{uri: "${server.url}/a", sha256: ${'0'.repeat(64)}}`
    writeFileSync(join(work, 'app/sidecars.yml'), `sidecars:\n  - {name: a, source: ${source}}\n`)
    const { child } = start('vendor', 'app')
    await expect.poll(() => server.requests.length, { timeout: 10_000 }).toBe(1)
    expect(await interrupted(child, signal)).toBe(signal)
    expect(readdirSync(join(work, 'app'))).toEqual(['sidecars.yml'])
    expect(left()).toEqual([])
    await server.close()
  })
})
