/** What a health check and a memory guard cost, and how soon a hang is noticed: a real Redis, an HTTP server, and their supervisors. */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import type { Health } from '../../../src/config/sidecar.ts'
import { megabytes } from '../../../src/platform/memory-size.ts'
import { removedAtEnd } from '../../support/cleanup.ts'
import { freePort } from '../../support/free-port.ts'
import { installed } from '../../support/programs.ts'
import {
  plan,
  platformEnv,
  type Running,
  ShellDroplet,
  shell,
  sidecar,
  stage,
} from '../../support/shell-droplet.ts'

const AREA = 'processes'
const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }

const SERVER = `require('node:http').createServer((q, a) => a.end('ok')).listen(process.argv[1], () => console.log('up'))`

interface Kind {
  readonly name: string
  readonly command: (port: number) => string
  readonly check: (
    port: number,
  ) => { kind: 'http'; url: string } | { kind: 'port'; port: number } | { kind: 'command'; command: string }
}

const node = (port: number) => `exec '${process.execPath}' -e "${SERVER}" ${port}`
const redis = (port: number) => `echo up; exec redis-server --port ${port} --save ''`
const KINDS = {
  port: { name: 'port', command: node, check: (port) => ({ kind: 'port', port }) },
  http: {
    name: 'HTTP',
    command: node,
    check: (port) => ({ kind: 'http', url: `http://127.0.0.1:${port}/` }),
  },
  redis: {
    name: 'redis-cli ping',
    command: redis,
    check: (port) => ({ kind: 'command', command: `redis-cli -p ${port} ping` }),
  },
} satisfies Record<string, Kind>
const withoutRedis = !installed('redis-server')
if (withoutRedis) console.log('skipped: what needs redis-server, which is not installed')

async function start({ command, check }: Kind, interval: number, failures = 2): Promise<Running> {
  const port = await freePort()
  const times = { interval, timeout: 1000, failures, grace: 60_000, place: PLACE }
  const health: Health = { ...times, ...check(port) }
  const planned = plan(
    stage([[sidecar('checked', { health, restart: { policy: 'always' } }), shell(command(port))]]),
  )
  const droplet = removedAtEnd(new ShellDroplet(planned))
  const running = await droplet.start(planned.launch[0]?.command ?? '', platformEnv('web'))
  while (!running.written.stdout.includes('up')) await sleep(10)
  // The checks of the start are over.
  await sleep(3000)
  return running
}

const file = (pid: number | undefined, name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8')
/** Nanoseconds that a process itself has been on a CPU. */
const onCpu = ({ process: { pid } }: Running) => Number(file(pid, 'schedstat').split(' ')[0])
const resident = ({ process: { pid } }: Running) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(file(pid, 'status'))?.[1]) / 1024
const descriptors = ({ process: { pid } }: Running) => readdirSync(`/proc/${pid}/fd`).length
const children = ({ process: { pid } }: Running) =>
  file(pid, `task/${pid}/children`).trim().split(' ').map(Number)

async function stop(running: Running): Promise<void> {
  running.process.kill('SIGTERM')
  await running.ended
}

test.concurrent.each([KINDS.port, KINDS.http])(
  'a check of $name every 10 s costs nearly nothing',
  async (kind) => {
    const running = await start(kind, 10_000)
    const seconds = count(30, 120)
    const before = onCpu(running)
    await sleep(seconds * 1000)
    const value = ((onCpu(running) - before) / 1e9 / seconds) * 100
    const figure = { area: AREA, value, unit: '% of a core', atMost: 0.1 }
    expect(measured({ ...figure, measure: `health every 10 s, ${kind.name}: CPU of the supervisor` })).toBe(
      true,
    )
    expect(running.written.stderr).toBe('')
    await stop(running)
  },
)

test.concurrent('a memory guard costs little', async () => {
  const guarded = { memory: megabytes(256), memoryGuard: PLACE, restart: { policy: 'always' } } as const
  const planned = plan(stage([[sidecar('guarded', guarded), shell(node(await freePort()))]]))
  const droplet = removedAtEnd(new ShellDroplet(planned))
  const running = await droplet.start(planned.launch[0]?.command ?? '', platformEnv('web'))
  while (!running.written.stdout.includes('up')) await sleep(10)
  const seconds = count(30, 120)
  const before = onCpu(running)
  await sleep(seconds * 1000)
  const value = ((onCpu(running) - before) / 1e9 / seconds) * 100
  const figure = { area: AREA, value, unit: '% of a core', atMost: 0.2 }
  expect(measured({ ...figure, measure: 'memory guard: CPU of the supervisor' })).toBe(true)
  expect(running.written.stderr).toBe('')
  await stop(running)
})

test.concurrent.each([KINDS.port, KINDS.http, { ...KINDS.redis, command: (port: number) => redis(port) }])(
  'checks of $name leave nothing behind in a supervisor of less than 6 MB',
  async (kind) => {
    if (kind.name === KINDS.redis.name && withoutRedis) return
    const running = await start(kind, 1000)
    const before = resident(running)
    const open = descriptors(running)
    const seconds = count(30, 600)
    await sleep(seconds * 1000)
    const beside = `${seconds} checks`
    const figures = [
      { measure: 'resident', value: resident(running), unit: 'MB', atMost: 6 },
      {
        measure: 'resident more',
        value: Math.max(0, resident(running) - before),
        unit: 'MB',
        atMost: 0.3,
        beside,
      },
      { measure: 'open more', value: descriptors(running) - open, unit: 'descriptors', atMost: 0, beside },
    ]
    for (const { measure, ...each } of figures)
      expect(
        measured({ area: AREA, measure: `health of ${kind.name}, supervisor: ${measure}`, ...each }),
      ).toBe(true)
    expect(running.written.stderr).toBe('')
    await stop(running)
  },
)

test.concurrent.each([KINDS.http, KINDS.redis])(
  'a hang is noticed by $name within 12 s (interval 5 s, failures 2)',
  async (kind) => {
    if (kind.name === KINDS.redis.name && withoutRedis) return
    const tries = count(2, 10)
    const times = await Promise.all(
      Array.from({ length: tries }, async (_, at) => {
        const running = await start(kind, 5000)
        // At another moment between two checks each time.
        await sleep((5000 * at) / tries)
        const [pid] = children(running)
        if (!pid) throw new Error('no sidecar')
        process.kill(pid, 'SIGSTOP')
        const began = Date.now()
        while (!running.written.stderr.includes('stopping it')) await sleep(20)
        const took = (Date.now() - began) / 1000
        // The stopped process takes no SIGTERM: it is killed, and a new one starts and answers.
        while (!running.written.stderr.includes('exited with status 137; restart 1 in 1 s')) await sleep(20)
        await sleep(5000)
        expect(children(running)[0]).not.toBe(pid)
        expect(running.written.stderr.match(/stopping it/g)).toHaveLength(1)
        await stop(running)
        return took
      }),
    )
    const figure = { area: AREA, value: Math.max(...times), unit: 's', atMost: 12, beside: `${tries} hangs` }
    expect(
      measured({ ...figure, measure: `a hang is noticed by ${kind.name}, interval 5 s, failures 2` }),
    ).toBe(true)
  },
)
