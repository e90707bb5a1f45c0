/** Instances that are killed at any moment, and `run` itself: nothing stays. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { measured } from '../../../bench/measures.mjs'
import { findContainerTools } from '../../../src/container/tools.ts'
import { CLI, sidecarBuildpack } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'
import { cgroups, costOf, mounts, processesOf } from './traces.ts'

const tools = await findContainerTools()
const why = 'reason' in tools ? ` (skipped: ${tools.reason})` : ''
const TIMES = 100
/** By then the kept log is full and the small heap has reached its size. */
const WARM_UP = 150

const folder = temporaryFolder()
const temporary = join(folder, 'tmp')
const mark = `mark-${process.pid}-${Date.now()}`
let droplet: string
/** Of every instance that was begun. */
const guids: string[] = []

beforeAll(async () => {
  const app = join(folder, 'app')
  for (const each of [app, temporary, join(temporary, 'records')]) mkdirSync(each)
  writeFileSync(
    join(app, 'sidecars.yml'),
    `sidecars:
  - {name: daemon, command: "env -i setsid -f sleep ${mark.replace(/\D/g, '').slice(-9)}; env -i bash -c 'sleep 4343 & sleep 4343'"}
  - {name: again, command: "sleep 0.1", restart: always}
processes: {web: "sleep 4343", quick: "sleep 0.02"}
`,
  )
  const { status, stdout, stderr } = await sidecarBuildpack(['stage', app, '-o', join(folder, 'staged')])
  expect(status, `${stdout}${stderr}`).toBe(0)
  droplet = join(folder, 'staged', 'droplet.tgz')
})

const left = () => ({
  processes: [
    ...processesOf(mark),
    ...processesOf(mark.replace(/\D/g, '').slice(-9)),
    ...processesOf(temporary),
  ],
  folders: readdirSync(temporary).filter((name) => name.startsWith('sidecar-buildpack-instance-')),
  // Others may run instances here at the same time.
  cgroups: cgroups().filter((path) => guids.some((guid) => path.includes(guid))),
})

/** Of ours: others may mount here at the same time. */
const newMounts = (before: readonly string[]) =>
  mounts().filter((each) => !before.includes(each) && each.includes(temporary))

/** A small heap, which is collected all the time: growth is then not garbage. */
const SMALL_HEAP = '--max-old-space-size=24 --max-semi-space-size=1'

function run(port: number, ...args: readonly string[]) {
  const argv = [CLI, 'run', droplet, '--port', `${port}`, '--env', `MARK=${mark}`, ...args]
  return spawn(process.execPath, argv, {
    env: {
      PATH: process.env.PATH,
      TMPDIR: temporary,
      XDG_RUNTIME_DIR: join(temporary, 'records'),
      NODE_OPTIONS: SMALL_HEAP,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

async function killedAtRandom(signal: NodeJS.Signals): Promise<void> {
  const child = run(await freePort())
  child.stdout.on('data', (chunk) => {
    for (const [, guid] of String(chunk).matchAll(/creating container for instance (\S+)/g))
      guids.push(guid ?? '')
  })
  // The first line comes when the container is about to be made.
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  await sleep(Math.random() * 600)
  child.kill(signal)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

describe.skipIf('reason' in tools)(`an instance in a container${why}`, () => {
  test(`leaves nothing when it is killed at a random moment, ${TIMES} times`, async () => {
    const mountsBefore = mounts()
    const started = Array.from({ length: TIMES }, (_, time) => time)
    const next = async (): Promise<void> => {
      const time = started.pop()
      if (time === undefined) return
      await killedAtRandom(time % 2 === 0 ? 'SIGKILL' : 'SIGINT')
      await next()
    }
    await Promise.all(Array.from({ length: 8 }, next))
    // Whoever cleans up after a killed `run` needs a moment.
    const nothing = { processes: [], folders: [], cgroups: [] }
    await expect.poll(left, { timeout: 20_000 }).toEqual(nothing)
    expect(newMounts(mountsBefore)).toEqual([])
    expect(guids.length).toBeGreaterThan(TIMES / 3)
  })

  test('starts and stops again and again without growth of memory, descriptors and mounts', async () => {
    const mountsBefore = mounts()
    const [port, restarts] = [
      await freePort(),
      ['--restart-delay', '1ms', '--max-restarts', `${WARM_UP + TIMES}`],
    ]
    const child = run(port, '--process', 'quick', ...restarts)
    const costs = new Map<number, ReturnType<typeof costOf>>()
    for await (const chunk of child.stdout)
      for (const [, count] of String(chunk).matchAll(/"crash_count"=>(\d+)/g))
        costs.set(Number(count), costOf(child.pid ?? 0))
    await once(child, 'exit')
    const [first, last] = [costs.get(WARM_UP), costs.get(WARM_UP + TIMES)]
    if (!first || !last) throw new Error(`crashes: ${[...costs.keys()].join(' ')}`)
    const grown = (what: string) => `${what} of run after ${TIMES} more starts of an instance`
    const figures = [
      {
        measure: grown('memory'),
        ...{ value: last.memory / first.memory, unit: '×', atMost: 1.15, beside: `after ${WARM_UP}` },
      },
      {
        measure: grown('further descriptors'),
        value: last.descriptors - first.descriptors,
        unit: '',
        atMost: 8,
      },
      { measure: grown('mounts'), value: newMounts(mountsBefore).length, unit: '', atMost: 0 },
    ]
    expect(figures.map((each) => measured({ area: 'container', ...each }))).toEqual([true, true, true])
  })
})
