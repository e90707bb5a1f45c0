/** Instances that are killed at any moment, and `run` itself: nothing stays. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findContainerTools } from '../../../src/container/tools.ts'
import { freePort } from '../free-port.ts'
import { ROOT, sidecarBuildpack } from '../package/tools.ts'
import { cgroups, costOf, mounts, processesOf } from './traces.ts'

const tools = await findContainerTools()
const why = 'reason' in tools ? ` (skipped: ${tools.reason})` : ''
const TIMES = 100

const folder = mkdtempSync(join(tmpdir(), 'sidecar-buildpack-killed-'))
const temporary = join(folder, 'tmp')
const mark = `mark-${process.pid}-${Date.now()}`
let droplet: string

beforeAll(async () => {
  const app = join(folder, 'app')
  for (const each of [app, temporary, join(temporary, 'records')]) mkdirSync(each)
  writeFileSync(
    join(app, 'sidecars.yml'),
    `sidecars:
  - {name: daemon, command: "env -i setsid -f sleep ${mark.replace(/\D/g, '').slice(-9)}; env -i bash -c 'sleep 4343 & sleep 4343'"}
  - {name: again, command: "sleep 0.1", restart: always}
processes: {web: "sleep 4343"}
`,
  )
  const { status, stdout, stderr } = await sidecarBuildpack(['stage', app, '-o', join(folder, 'staged')])
  expect(status, `${stdout}${stderr}`).toBe(0)
  droplet = join(folder, 'staged', 'droplet.tgz')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const left = () => ({
  processes: [
    ...processesOf(mark),
    ...processesOf(mark.replace(/\D/g, '').slice(-9)),
    ...processesOf(temporary),
  ],
  folders: readdirSync(temporary).filter((name) => name.startsWith('sidecar-buildpack-instance-')),
  cgroups: cgroups(),
})

function run(port: number, ...args: readonly string[]) {
  const argv = [
    join(ROOT, 'dist/cli.cjs'),
    'run',
    droplet,
    '--port',
    `${port}`,
    '--env',
    `MARK=${mark}`,
    ...args,
  ]
  return spawn(process.execPath, argv, {
    env: { PATH: process.env.PATH, TMPDIR: temporary, XDG_RUNTIME_DIR: join(temporary, 'records') },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

describe.skipIf('reason' in tools)(`an instance in a container${why}`, () => {
  test(`leaves nothing when it is killed at a random moment, ${TIMES} times`, async () => {
    const [mountsBefore, cgroupsBefore] = [mounts(), cgroups()]
    for (let time = 0; time < TIMES; time++) {
      const child = run(await freePort())
      child.stdout.resume()
      const moment = Math.random() * 900
      await sleep(moment)
      const signal = time % 2 === 0 ? 'SIGKILL' : 'SIGINT'
      child.kill(signal)
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
    // Whoever cleans up after a killed `run` needs a moment.
    const nothing = { processes: [], folders: [], cgroups: cgroupsBefore }
    await expect.poll(left, { timeout: 20_000 }).toEqual(nothing)
    expect(mounts()).toEqual(mountsBefore)
  })

  test('starts and stops again and again without growth of memory, descriptors and mounts', async () => {
    const mountsBefore = mounts()
    const child = run(await freePort(), '--restart-delay', '1ms', '--process', 'web')
    let crashes = 0
    let text = ''
    let first: ReturnType<typeof costOf> | undefined
    for await (const chunk of child.stdout) {
      text = `${text}${chunk}`.slice(-20_000)
      if (/successfully created container/.test(String(chunk))) {
        // The sidecars and the app live for ever: the whole instance is killed from outside.
        await sleep(20)
        for (const each of processesOf(mark).slice(0, 3)) kill(Number(each.split(' ')[0]), child.pid)
        crashes++
      }
      if (crashes === 20) first ??= costOf(child.pid ?? 0)
      if (crashes === TIMES) break
    }
    const last = costOf(child.pid ?? 0)
    child.kill('SIGINT')
    child.stdout.resume()
    await once(child, 'exit')
    expect(first).toBeDefined()
    expect(last.descriptors).toBeLessThanOrEqual((first?.descriptors ?? 0) + 8)
    expect(last.memory).toBeLessThan((first?.memory ?? 0) * 1.3)
    expect(mounts()).toEqual(mountsBefore)
    console.log(`after 20 starts and after ${TIMES}: ${JSON.stringify([first, last])}`)
  })
})

function kill(pid: number, runner: number | undefined): void {
  if (pid === runner) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone meanwhile.
  }
}
