import { describe, expect, test } from 'vitest'
import type { Sidecar, Source } from '../../src/config/sidecar.ts'
import type { Start } from '../../src/droplet/staged-sidecar.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import { plan, platformEnv, ShellDroplet, shell, sidecar } from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }

/** Ours is the buildpack at 1. */
function dropletOf(deps: string, start: Start, more: Partial<Sidecar> = {}, executable?: string) {
  const source: Source = { kind: 'deps', deps, place: PLACE, ...(executable && { executable }) }
  const each = sidecar('an agent', { source, ...more })
  const planned = plan([{ sidecar: each, folder: 'agent', start, hasHome: false, deps }], { index: '1' })
  const droplet = removedAfterTest(new ShellDroplet(planned))
  const run = () =>
    droplet.run(planned.launch[0]?.command ?? '', { ...platformEnv('web'), PATH: '/usr/bin:/bin' })
  return { droplet, run }
}

const SHOW = '#!/bin/bash\necho "$0, $SIDECAR_HOME, $PATH, $*"\n'

describe('a source in the deps of another buildpack', () => {
  test('is a directory with an executable', async () => {
    const args = [['--x']]
    const { droplet, run } = dropletOf(
      'opt/a b',
      { kind: 'executable', file: 'bin/show' },
      { args },
      'bin/show',
    )
    droplet.write('deps/2/opt/a b/bin/show', SHOW, 0o755)
    const home = `${droplet.dir}/deps/2/opt/a b`
    expect(await run()).toMatchObject({
      stdout: `${home}/bin/show, ${home}, ${home}:/usr/bin:/bin, --x\n`,
      stderr: '',
    })
  })

  test('is a file', async () => {
    const { droplet, run } = dropletOf('bin/show', { kind: 'executable', file: 'show' })
    droplet.write('deps/0/bin/show', SHOW, 0o755)
    const home = `${droplet.dir}/deps/0/bin`
    expect((await run()).stdout).toBe(`${home}/show, ${home}, ${home}:/usr/bin:/bin, \n`)
  })

  test.each(['bin', 'bin/show'])('is %s, whose program a command starts', async (deps) => {
    const { droplet, run } = dropletOf(deps, shell('exec show by command'))
    droplet.write('deps/0/bin/show', SHOW, 0o755)
    const home = `${droplet.dir}/deps/0/bin`
    expect((await run()).stdout).toBe(`${home}/show, ${home}, ${home}:/usr/bin:/bin, by command\n`)
  })

  test('ends the sidecar with the paths when no other buildpack has it', async () => {
    const { droplet, run } = dropletOf('bin/show', { kind: 'executable', file: 'show' })
    for (const path of ['deps/0/bin/other', 'deps/1/bin/show', 'deps/2/x']) droplet.write(path, SHOW, 0o755)
    expect(await run()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `sidecar "an agent": source.deps not found, looked at: ${droplet.dir}/deps/0/bin/show ${droplet.dir}/deps/2/bin/show\n`,
    })
  })

  test('ends the sidecar with the paths when two have it', async () => {
    const { droplet, run } = dropletOf('bin/show', { kind: 'executable', file: 'show' })
    for (const path of ['deps/0/bin/show', 'deps/2/bin/show']) droplet.write(path, SHOW, 0o755)
    expect(await run()).toMatchObject({
      status: 1,
      stderr: `sidecar "an agent": source.deps found more than once: ${droplet.dir}/deps/0/bin/show ${droplet.dir}/deps/2/bin/show\n`,
    })
  })

  test('ends the sidecar when it is a directory without an executable', async () => {
    const { droplet, run } = dropletOf('bin', { kind: 'executable', file: 'bin' })
    droplet.write('deps/0/bin/show', SHOW, 0o755)
    expect(await run()).toMatchObject({
      status: 1,
      stderr: `sidecar "an agent": ${droplet.dir}/deps/0/bin is a directory; add executable to its source\n`,
    })
  })

  test('is restarted like any other', async () => {
    const restart = { policy: 'on-failure', attempts: 1 } as const
    const { droplet, run } = dropletOf('bin/show', { kind: 'executable', file: 'show' }, { restart })
    droplet.write('deps/0/bin/show', `${SHOW}exit 3`, 0o755)
    const { stdout, status } = await run()
    expect([stdout.split('\n').length - 1, status]).toEqual([2, 3])
  })

  test.each([
    ['bin/show', 'bin'],
    ['bin', 'bin'],
  ])('is on the PATH of the app with path: true: %s', async (deps, dir) => {
    const { droplet } = dropletOf(deps, shell('x'), { onPath: true })
    droplet.write('deps/0/bin/show', SHOW, 0o755)
    droplet.write('deps/2/x', SHOW)
    expect((await droplet.run('show', { ...platformEnv(undefined), PATH: '/usr/bin:/bin' })).stdout).toBe(
      `${droplet.dir}/deps/0/${dir}/show, , /usr/bin:/bin:${droplet.dir}/deps/0/${dir}, \n`,
    )
  })
})
