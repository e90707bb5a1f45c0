import { readdirSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import type { Health, Readiness, Sidecar, SidecarName } from '../../src/config/sidecar.ts'
import { removedAtEnd } from '../support/cleanup.ts'
import { freePort } from '../support/free-port.ts'
import {
  plan,
  platformEnv,
  type Running,
  ShellDroplet,
  shell,
  sidecar,
  stage,
  types,
} from '../support/shell-droplet.ts'
import { until } from '../support/waiting.ts'
import { answerInParts, notingServer } from './noting-server.ts'

const servers: Server[] = []
afterAll(() => {
  for (const each of servers.splice(0)) each.close()
})

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const following = (...names: readonly string[]) => ({ names: names as SidecarName[], place: PLACE })
const OK = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.02; done"

type Entry = readonly [name: string, command: string, more?: Partial<Sidecar>]

/** Starts sidecars of a droplet, by name. */
function dropletOf(...entries: readonly Entry[]) {
  const planned = plan(stage(entries.map(([name, command, more]) => [sidecar(name, more), shell(command)])))
  const droplet = removedAtEnd(new ShellDroplet(planned))
  const start = (name: string, type = 'web') =>
    droplet.start(planned.launch.find((each) => each.type === name)?.command ?? '', platformEnv(type))
  return { droplet, planned, start }
}

const isUp = ({ written }: Running) => written.stdout.includes('up\n')
const said = ({ written }: Running) => written.stderr.trimEnd().split('\n').filter(Boolean)

async function listen(server: Server, where: number | string): Promise<void> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(where, resolve))
}

async function terminate(all: readonly Running[]): Promise<number> {
  const began = Date.now()
  for (const each of all) each.process.kill('SIGTERM')
  await Promise.all(all.map(({ ended }) => ended))
  return Date.now() - began
}

describe.concurrent('after', () => {
  test('waits until the other has started, which may itself wait', async () => {
    const { start } = dropletOf(
      ['c', OK, { after: following('b') }],
      ['b', OK, { after: following('a') }],
      ['a', OK],
    )
    const c = await start('c')
    const b = await start('b')
    await sleep(400)
    expect([isUp(b), isUp(c)]).toEqual([false, false])
    const a = await start('a')
    await until(() => isUp(a) && isUp(b) && isUp(c))
    expect([b, c].map(said)).toEqual([
      ['sidecar "b" waits for sidecar "a" (started)', 'sidecar "b" starts: sidecar "a" is ready (started)'],
      ['sidecar "c" waits for sidecar "b" (started)', 'sidecar "c" starts: sidecar "b" is ready (started)'],
    ])
    await terminate([a, b, c])
  })

  test('leaves no descriptor, and starts at once what waits for nothing', async () => {
    const { start, droplet } = dropletOf(['b', 'exec ls /proc/self/fd', { after: following('a') }], ['a', OK])
    const a = await start('a')
    await until(() => isUp(a))
    const b = await start('b')
    const { stdout, stderr } = await b.ended
    const byHand = await (await droplet.start('exec ls /proc/self/fd', platformEnv('web'))).ended
    expect([stdout, stderr]).toEqual([byHand.stdout, ''])
    await terminate([a])
  })

  const COMMON = { timeout: 20_000, place: PLACE }
  test.each(['port', 'http', 'socket'] as const)('waits for wait_for of the other: %s', async (kind) => {
    const port = await freePort()
    const waitFor: Readiness = {
      port: { kind: 'port', port, ...COMMON } as const,
      http: { kind: 'http', url: `http://localhost:${port}/`, ...COMMON } as const,
      socket: { kind: 'socket', socket: ['x.sock'], ...COMMON } as const,
    }[kind]
    const { start, droplet } = dropletOf(['b', OK, { after: following('a') }], ['a', OK, { waitFor }])
    const [a, b] = [await start('a'), await start('b')]
    await until(() => isUp(a))
    await sleep(200)
    expect(isUp(b)).toBe(false)
    const server = kind === 'http' ? createHttpServer((_, answer) => answer.end()) : createServer()
    await listen(server, kind === 'socket' ? `${droplet.dir}/app/x.sock` : port)
    const began = Date.now()
    await until(() => isUp(b))
    expect(Date.now() - began).toBeLessThan(2000)
    await terminate([a, b])
  })

  const health: Health = {
    kind: 'command',
    command: 'test -e "$HOME/ok"',
    ...{ interval: 1000, timeout: 500, failures: 3, grace: 60_000, place: PLACE },
  }
  test('waits for the first success of the health check, if the other has no wait_for; later failures do not matter', async () => {
    const { start, droplet } = dropletOf(
      ['b', OK, { after: following('a') }],
      ['a', OK, { health, restart: { policy: 'always' } }],
    )
    const [a, b] = [await start('a'), await start('b')]
    await until(() => isUp(a))
    await sleep(600)
    expect(isUp(b)).toBe(false)
    droplet.write('app/ok', '')
    await until(() => isUp(b))
    expect(said(b)).toEqual([
      'sidecar "b" waits for sidecar "a" (health)',
      'sidecar "b" starts: sidecar "a" is ready (health)',
    ])
    await terminate([a, b])
  })

  test('ends, with a line that names both, when the other is not ready in time', async () => {
    const waitFor: Readiness = { kind: 'port', port: await freePort(), timeout: 1000, place: PLACE }
    const { start } = dropletOf(['b', OK, { after: following('a') }], ['a', OK, { waitFor }])
    const b = await start('b')
    await sleep(1500)
    // The time counts from the start of the other.
    expect(b.process.exitCode).toBe(null)
    const a = await start('a')
    const { status, stderr } = await b.ended
    expect(status).toBe(1)
    expect(stderr).toMatch(/sidecar "b" does not start: sidecar "a" was not ready \(port \d+\) after 1 s\n$/)
    await terminate([a])
  })

  test('asks a server that answers an error about once a second, and has the status in its last line', async () => {
    const { server, url, asked, errors } = await notingServer((socket) => answerInParts(socket, 503))
    servers.push(server)
    const waitFor: Readiness = { kind: 'http', url, timeout: 3000, place: PLACE }
    const { start } = dropletOf(['b', OK, { after: following('a') }], ['a', OK, { waitFor }])
    const [a, b] = [await start('a'), await start('b')]
    const { stderr } = await b.ended
    expect(stderr).toContain(`sidecar "a" was not ready (${url} answered 503) after 3 s\n`)
    expect(asked.length).toBeGreaterThanOrEqual(4)
    expect(asked.length).toBeLessThanOrEqual(8)
    expect(errors).toEqual([])
    await terminate([a])
  })

  test('waits only where the other runs, and not for one that staging has left out', async () => {
    const { start, planned } = dropletOf(
      ['b', 'echo up', { after: following('a', 'gone'), processTypes: types('web', 'worker') }],
      ['a', OK],
      ['c', 'echo up', { after: following('gone') }],
    )
    expect((await (await start('b', 'worker')).ended).stdout).toContain('up\n')
    expect(planned.launch.find(({ type }) => type === 'c')?.command).toBe('echo up')
    const b = await start('b')
    await sleep(300)
    expect(isUp(b)).toBe(false)
    b.process.kill('SIGTERM')
    expect((await b.ended).signal).toBe('SIGTERM')
  })

  const SLOW = (seconds: number) =>
    `trap 'sleep ${seconds}; exit 0' TERM; echo up; while :; do sleep 0.02; done`
  test('stops after those that start after it, also with a delay, a restart or a health check', async () => {
    const { start } = dropletOf(
      ['a', OK, { stop: { signal: 'TERM', delay: 600 } }],
      ['b', OK, { after: following('a'), restart: { policy: 'always' } }],
      ['c', OK, { after: following('b'), health: { ...health, kind: 'command', command: 'true' } }],
      ['d', SLOW(1), { after: following('c') }],
    )
    const all = [await start('a'), await start('b'), await start('c'), await start('d')]
    await until(() => all.every(isUp))
    const ends: string[] = []
    for (const [at, each] of all.entries()) each.process.once('exit', () => ends.push('abcd'[at] ?? ''))
    const took = await terminate(all)
    expect(ends).toEqual(['d', 'c', 'b', 'a'])
    expect(took).toBeGreaterThan(1000)
    expect(took).toBeLessThan(3000)
  })

  test('a chain of five has stopped within 10 s, in its order, though the first to stop ignores the signal', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const { start } = dropletOf(
      ...names.map((name, at): Entry => {
        const command = name === 'e' ? "trap '' TERM; echo up; while :; do sleep 0.1; done" : OK
        return [name, command, at === 0 ? {} : { after: following(names[at - 1] ?? '') }]
      }),
    )
    const all = await Promise.all(names.map((name) => start(name)))
    await until(() => all.every(isUp))
    const ends: string[] = []
    for (const [at, each] of all.entries()) each.process.once('exit', () => ends.push(names[at] ?? ''))
    const began = Date.now()
    for (const each of all) each.process.kill('SIGTERM')
    await Promise.all(all.slice(0, 4).map(({ ended }) => ended))
    expect(Date.now() - began).toBeLessThan(10_000)
    expect(ends).toEqual(['d', 'c', 'b', 'a'])
    all[4]?.process.kill('SIGKILL')
  }, 40_000)

  test('a restart of the other does not restart those after it', async () => {
    const { start } = dropletOf(
      ['a', 'echo up; sleep 0.3; exit 1', { restart: { policy: 'on-failure' } }],
      ['b', OK, { after: following('a') }],
    )
    const [a, b] = [await start('a'), await start('b')]
    await until(() => said(a).some((line) => line.includes('restart 1')) && isUp(b))
    await sleep(1500)
    expect([b.process.exitCode, b.written.stdout.match(/up/g)?.length]).toEqual([null, 1])
    await terminate([a, b])
  })

  test('only those that are in an order leave a mark', async () => {
    const { start, droplet } = dropletOf(['b', OK, { after: following('a') }], ['a', OK], ['c', OK])
    const all = [await start('a'), await start('b'), await start('c')]
    await until(() => all.every(isUp))
    expect(readdirSync(`${droplet.dir}/tmp`).sort()).toEqual(['.sidecar-0-a', '.sidecar-0-b'])
    await terminate(all)
  })
})
