import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { allProcesses, isAlive } from '../../src/system/proc.ts'
import { mayMount } from '../support/programs.ts'
import { Staging } from '../support/staging.ts'

/** The scripts as the platform runs them, from this checkout (`npm test` builds it first). */
const root = join(import.meta.dirname, '../..')
let staging: Staging
afterEach(() => staging.remove())

function run(
  script: string,
  args: readonly string[],
  { umask = '022', env = {} }: { umask?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', `umask ${umask}; exec "$0" "$@"`, join(root, 'bin', script), ...args],
    {
      env: { PATH: process.env.PATH, CF_STACK: 'cflinuxfs4', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    },
  )
  return { status, stdout, stderr }
}

const args = () => [staging.app, join(staging.root, 'cache'), staging.deps, '0']

describe('bin/supply', () => {
  it('gives the same modes whatever the umask', () => {
    staging = new Staging({
      'sidecars.yml': 'sidecars:\n  - {name: a, source: {path: r}}\n',
      r: '#!/bin/sh\nsleep 9\n',
    })
    expect(run('supply', args()).status).toBe(0)
    const first = staging.contents()
    expect(run('supply', args(), { umask: '077' }).status).toBe(0)
    expect(staging.contents()).toEqual(first)
  })

  it('unpacks a verified archive by URI', () => {
    staging = new Staging({ 'upstream/collector': '#!/bin/sh\nexec sleep 9\n' })
    const archive = join(staging.root, 'a.tgz')
    spawnSync('tar', ['-czf', archive, '-C', join(staging.app, 'upstream'), 'collector'])
    const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex')
    staging.write(staging.app, {
      'sidecars.yml': `sidecars:\n  - {name: otel, source: {uri: "${pathToFileURL(archive).href}", sha256: ${sha256}}}\n`,
    })
    expect(run('supply', args())).toMatchObject({ status: 0, stderr: '' })
    expect(staging.exists('deps/0/sidecars/otel/collector')).toBe(true)
  })

  it('ends with 1, every problem as an error of the log, and no stack trace', () => {
    staging = new Staging({ 'sidecars.yml': 'sidecars:\n  - {name: web, command: x, memory: 3}\n' })
    const { status, stdout, stderr } = run('supply', args())
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^-----> Sidecar Buildpack \d/),
      expect.stringMatching(
        /^ {7}\*\*ERROR\*\* sidecars\.yml:2:12: the sidecar web has the name of a process type/,
      ),
      expect.stringMatching(/^ {7}\*\*ERROR\*\* sidecars\.yml:2:37: .* "3" has no unit; use 3M$/),
      '',
    ])
  })

  it('leaves no setup script running when it is killed outright', async () => {
    staging = new Staging({
      'sidecars.yml':
        'sidecars:\n  - {name: a, source: {path: r}, setup: "echo setting up $$; (sleep 97) & sleep 97"}\n',
      r: '#!/bin/sh\n',
    })
    const env = { PATH: process.env.PATH, CF_STACK: 'cflinuxfs4' }
    const supply = spawn(join(root, 'bin/supply'), args(), { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const group = await new Promise<number>((resolve) => {
      let log = ''
      supply.stdout.on('data', (piece) => {
        log += piece
        const [, pid] = /setting up (\d+)\n/.exec(log) ?? []
        if (pid) resolve(Number(pid))
      })
    })
    supply.kill('SIGKILL')
    const alive = () => allProcesses().filter(({ session, pid }) => session === group && isAlive(pid))
    await expect.poll(alive).toEqual([])
  })

  it('stages although NODE_OPTIONS and LD_PRELOAD refer to missing files', () => {
    staging = new Staging({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n' })
    expect(run('supply', args(), { env: { NODE_OPTIONS: '--require ./nothere.js' } }).status).toBe(0)
  })

  it('reports that the deps directory cannot be written', () => {
    staging = new Staging({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n' })
    const { status, stdout } = run('supply', [
      staging.app,
      staging.root,
      join(staging.app, 'sidecars.yml'),
      '0',
    ])
    expect(status).toBe(1)
    expect(stdout).toMatch(/\*\*ERROR\*\* .*sidecars\.yml/)
    expect(stdout).not.toMatch(/\n\s+at /)
  })
})

describe('bin/supply, disturbed,', () => {
  const files = () => ({
    'sidecars.yml':
      'sidecars:\n  - {name: a, source: {path: d, executable: run}, memory: 64M, app_env: {A: b}}\n  - {name: b, source: {path: d, executable: run}}\n',
    'd/run': '#!/bin/sh\nexec sleep 9\n',
    'd/data': Buffer.alloc(3_000_000, 'x'),
  })

  it('ends the same when it was killed at a random moment and is run again', async () => {
    staging = new Staging(files())
    expect(run('supply', args()).status).toBe(0)
    const whole = staging.contents()
    for (let round = 0; round < 8; round++) {
      const child = spawn(join(root, 'bin/supply'), args(), {
        stdio: 'ignore',
        env: { PATH: process.env.PATH, CF_STACK: 'cflinuxfs4' },
      })
      setTimeout(() => child.kill('SIGKILL'), 20 + Math.random() * 60)
      await once(child, 'exit')
      expect(run('supply', args()).status).toBe(0)
      expect(staging.contents()).toEqual(whole)
    }
  })

  // Mounting needs root; everybody else sees the same messages from the same system calls.
  describe.runIf(mayMount())('with a file system of its own', () => {
    it.each([
      [
        'a full disk',
        'mount -t tmpfs -o size=1m none "$1"; mkdir "$1/0"',
        /\*\*ERROR\*\* .*(?:ENOSPC|no space left)/i,
      ],
      [
        'a read-only deps folder',
        'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"',
        /\*\*ERROR\*\* .*(?:EROFS|read-only)/i,
      ],
    ])('says so: %s', (_title, mount, message) => {
      staging = new Staging(files())
      const script = `set -e; ${mount}; exec "$0" "$2" "$3" "$1" 0`
      const { status, stdout } = spawnSync(
        'unshare',
        [
          '-m',
          'sh',
          '-c',
          script,
          join(root, 'bin/supply'),
          staging.deps,
          staging.app,
          join(staging.root, 'cache'),
        ],
        {
          env: { PATH: process.env.PATH, CF_STACK: 'cflinuxfs4' },
          encoding: 'utf8',
        },
      )
      expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringMatching(message) })
      expect(stdout).not.toMatch(/\n\s+at /)
    })

    it('stages with a read-only cache that has an unused entry', () => {
      staging = new Staging(files())
      const cache = join(staging.root, 'cache')
      mkdirSync(join(cache, 'dependencies/unused'), { recursive: true })
      const script = 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; exec "$0" "$2" "$1" "$3" 0'
      const { status, stdout } = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', script, join(root, 'bin/supply'), cache, staging.app, staging.deps],
        { env: { PATH: process.env.PATH, CF_STACK: 'cflinuxfs4' }, encoding: 'utf8' },
      )
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.not.stringContaining('ERROR') })
    })
  })
})

describe('bin/detect and bin/release', () => {
  it('detect prints the name on standard output and ends with 0', () => {
    staging = new Staging({
      'sidecars.yml': 'processes: {web: ./run}\nsidecars:\n  - {name: a, command: x}\n',
    })
    expect(run('detect', [staging.app])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^sidecar \d+\.\d+\.\d+\n$/),
      stderr: '',
    })
  })

  it('detect says one line on standard error when the sidecars would be lost', () => {
    staging = new Staging({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n' })
    expect(run('detect', [staging.app])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^[^\n]+\n$/),
    })
  })

  it('detect is silent about an app without configuration', () => {
    staging = new Staging({})
    expect(run('detect', [staging.app])).toEqual({ status: 1, stdout: '', stderr: '' })
  })

  it('release fails when sidecars would be lost', () => {
    staging = new Staging({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n' })
    expect(run('release', [staging.app])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('would not run'),
    })
  })
})
