import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PLATFORM_RESTARTS } from '../../../src/diego/crash.ts'
import type { Instance } from '../../../src/diego/instance.ts'
import { createCgroup } from '../../../src/diego/memory/cgroup.ts'
import { supervise } from '../../../src/diego/supervisor.ts'
import { megabytes } from '../../../src/platform/memory-size.ts'
import { aCell, aSpec, makeDroplet } from '../cell.ts'

const droplet = makeDroplet({
  // Takes so many MB and keeps them.
  'take.js': `
    const taken = Array.from({ length: Number(process.argv[2]) }, () => Buffer.alloc(1024 ** 2, 1))
    console.log('took', taken.length)
    setInterval(() => {}, 1000)`,
})
const node = process.execPath

function start(cgroups: boolean, app: string, sidecar: string) {
  const cell = aCell({ cgroups })
  let instance: Instance | undefined
  const spec = aSpec({
    droplet,
    command: app,
    sidecars: [{ name: 'hungry', command: sidecar }],
    memory: megabytes(220),
    proxyMemory: megabytes(32),
  })
  const supervisor = supervise(spec, cell, {
    restarts: PLATFORM_RESTARTS,
    mostRestarts: 0,
    onChange: (state) => {
      if ('instance' in state) instance = state.instance
    },
  })
  return { cell, supervisor, instance: () => instance }
}

/** Of each directory that was announced: whether it was there already. */
const announced: [path: string, isThere: boolean][] = []
const probe = createCgroup(`probe-${process.pid}`, megabytes(64), (path) =>
  announced.push([path, existsSync(path)]),
)
const cgroupsHere = probe !== undefined
await probe?.remove()

test.skipIf(!cgroupsHere)('a cgroup is announced before it is made', () => {
  expect(announced.at(-1)?.[0]).toBe(probe?.folder)
  expect(announced.filter(([, isThere]) => isThere)).toEqual([])
})

describe.each([
  ['watched', false],
  ['held by a cgroup', true],
])('a limit that is %s', (_, cgroups) => {
  const here = test.skipIf(cgroups && !cgroupsHere)

  here('ends the instance when the whole of it takes more', async () => {
    const { cell, supervisor, instance } = start(cgroups, `${node} take.js 20`, `${node} take.js 300`)
    expect(await supervisor.ended).toBe('crashed')
    expect(cell.lines).toContain('[APP/PROC/WEB/SIDECAR/HUNGRY] OUT Exit status 137 (out of memory)')
    expect(await cell.line('App instance exited')).toContain(
      '"exit_description"=>"APP/PROC/WEB/SIDECAR/HUNGRY: Exited with status 137 (out of memory)"',
    )
    expect(instance()?.memory.kind).toBe(cgroups ? 'cgroup' : 'watched')
  })

  here('leaves an instance alone that stays below, and gives everything back', async () => {
    const { cell, supervisor, instance } = start(cgroups, `${node} take.js 40`, `${node} take.js 40`)
    await cell.line('took 40', 2)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(cell.lines.join('\n')).not.toContain('Exit status')
    supervisor.stop()
    await supervisor.ended
    expect(cell.lines.join('\n')).not.toContain('out of memory')
    const folder = instance()?.memory.folder
    expect(folder !== undefined).toBe(cgroups)
    expect(folder !== undefined && existsSync(folder)).toBe(false)
  })
})

test.skipIf(!cgroupsHere)(
  'a cgroup holds what left its session, its parent and its environment',
  async () => {
    const { cell, supervisor } = start(
      true,
      `(env -i setsid sleep 3434.${process.pid} >/dev/null 2>&1 &); exec sleep 60`,
      'echo up; exec sleep 60',
    )
    await cell.line('OUT up')
    await new Promise((resolve) => setTimeout(resolve, 100))
    supervisor.stop()
    await supervisor.ended
    const { allProcesses, commandLine } = await import('../../../src/system/proc.ts')
    expect(allProcesses().filter(({ pid }) => commandLine(pid) === `sleep 3434.${process.pid}`)).toEqual([])
  },
)
