import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import type { Health, Sidecar } from '../../src/config/sidecar.ts'
import { isRestartNotice } from '../../src/droplet/notices.ts'
import { renderStartScript } from '../../src/droplet/start-script.ts'
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
  withTiming,
} from '../support/shell-droplet.ts'
import { until } from '../support/waiting.ts'
import { answerAndStay, answerForEver, answerInParts, notingServer } from './noting-server.ts'

const servers: Server[] = []
afterAll(() => {
  for (const each of servers.splice(0)) each.close()
})

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const TIMES = { interval: 200, timeout: 300, failures: 2, grace: 5000, place: PLACE }

type Check =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'socket'; readonly socket: readonly string[] }
  | { readonly kind: 'command'; readonly command: string }

const health = (check: Check, more: Partial<Health> = {}) => ({ ...TIMES, ...check, ...more }) as Health
const OK_FILE = health({ kind: 'command', command: 'test -e "$HOME/ok"' })

async function start(command: string, more: Partial<Sidecar>) {
  const staged = stage([[sidecar('the agent', more), shell(command)]])
  const planned = plan(staged)
  const droplet = removedAtEnd(new ShellDroplet(planned))
  const restartTiming = { firstDelay: 10, longestDelay: 40, goodRun: 10_000 }
  for (const each of staged) {
    const script = renderStartScript(each, { index: '0', ports: new Map() })
    droplet.write(`deps/0/start/${each.folder}`, withTiming(script, restartTiming), 0o755)
  }
  const running = await droplet.start(planned.launch[0]?.command ?? '', platformEnv('web'))
  return { ...running, droplet, app: (file: string) => join(droplet.dir, 'app', file) }
}

const lines = (text: string) => text.split('\n').filter((line) => line && !line.startsWith('Invoking '))
const ups = ({ written }: Pick<Running, 'written'>) =>
  lines(written.stdout).filter((each) => each === 'up').length

function listen(server: Server, where: number | string): Promise<void> {
  servers.push(server)
  return new Promise((resolve) => server.listen(where, resolve))
}

/** Processes `sleep SECONDS`. */
const sleeping = (seconds: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim() === `sleep ${seconds}`
    } catch {
      return false
    }
  })

const ALWAYS = { restart: { policy: 'always' } } as const

describe.concurrent('health', () => {
  test('restarts an unhealthy sidecar, saying what failed how often; a healthy one is left alone', async () => {
    const running = await start('touch ok; echo up; exec sleep 60', { ...ALWAYS, health: OK_FILE })
    await until(() => existsSync(running.app('ok')))
    await sleep(1000)
    expect(lines(running.written.stderr)).toEqual([])
    rmSync(running.app('ok'))
    await until(() => ups(running) === 2)
    const said = lines(running.written.stderr)
    expect(said).toEqual([
      'sidecar "the agent": health check failed 2 times in a row (command: exit status 1); stopping it',
      'sidecar "the agent": exited with status 143; restart 1 in 0.010 s',
    ])
    expect(said.map(isRestartNotice)).toEqual([false, true])
    await sleep(800)
    expect(ups(running)).toBe(2)
    running.process.kill('SIGTERM')
    expect((await running.ended).status).toBe(143)
  })

  test('without restart the unhealthy sidecar ends, with a status that is not 0', async () => {
    const command = "touch ok; trap 'exit 0' TERM; while :; do sleep 0.02; done"
    const running = await start(command, { health: OK_FILE })
    await until(() => existsSync(running.app('ok')))
    await sleep(500)
    rmSync(running.app('ok'))
    const { status, stderr } = await running.ended
    expect({ status, said: lines(stderr) }).toEqual({
      status: 1,
      said: [
        'sidecar "the agent": health check failed 2 times in a row (command: exit status 1); stopping it',
      ],
    })
  })

  test('on-failure takes an unhealthy sidecar that ends with 0 for a failed one, and counts it', async () => {
    const running = await start("trap 'exit 0' TERM; echo up; while :; do sleep 0.02; done", {
      restart: { policy: 'on-failure', attempts: 1 },
      health: { ...OK_FILE, grace: 0, failures: 1 },
    })
    const { status, stderr } = await running.ended
    expect({ status, ups: ups(running), last: lines(stderr).at(-1) }).toEqual({
      status: 1,
      ups: 2,
      last: 'sidecar "the agent": exited with status 1; restarted 1 times, giving up',
    })
    expect(stderr).toContain('health check failed once (')
  })

  test('failures in the grace period do not count until the first success, from which on they do', async () => {
    const slow = await start('sleep 1.5; touch ok; echo up; exec sleep 60', { ...ALWAYS, health: OK_FILE })
    await until(() => ups(slow) === 1)
    await sleep(600)
    expect(lines(slow.written.stderr)).toEqual([])
    rmSync(slow.app('ok'))
    await until(() => slow.written.stderr.includes('stopping it'))

    const never = await start('exec sleep 60', { health: { ...OK_FILE, grace: 1000 } })
    const began = Date.now()
    await never.ended
    expect(Date.now() - began).toBeGreaterThan(1000)
  })

  test('single failures between successes do no harm', async () => {
    const flaky = 'n=$(cat n || echo 0); echo $((n + 1)) > n; exit $((n % 2))'
    const running = await start('echo up; exec sleep 60', {
      ...ALWAYS,
      health: { ...OK_FILE, kind: 'command', command: flaky },
    })
    await until(() => existsSync(running.app('n')) && Number(readFileSync(running.app('n'), 'utf8')) > 8)
    expect(lines(running.written.stderr)).toEqual([])
  })

  test('HTTP: a hang, an error status and a refused connection are failures; a 2xx is not', async () => {
    const port = await freePort()
    const url = `http://localhost:${port}/health?token=s3cret`
    const answer = { status: 204 }
    const asked: (string | undefined)[] = []
    const server = createHttpServer((request, response) => {
      asked.push(request.url)
      if (answer.status > 0) response.writeHead(answer.status).end()
    })
    await listen(server, port)
    const running = await start('echo up; exec sleep 60', {
      ...ALWAYS,
      health: health({ kind: 'http', url }),
    })
    const next = async (status: number) => {
      const count = ups(running)
      answer.status = status
      await until(() => ups(running) === count + 1)
      answer.status = 200
      const before = asked.length
      await until(() => asked.length > before + 1)
    }
    await until(() => asked.length > 1)
    expect(asked[0]).toBe('/health?token=s3cret')
    await next(503)
    await next(0)
    const count = ups(running)
    server.closeAllConnections()
    server.close()
    await until(() => ups(running) === count + 1)
    // Nothing else, such as an error of the shell because a check lasts longer than the interval.
    const [said, others] = [true, false].map((isStop) =>
      lines(running.written.stderr).filter(
        (line) => !isRestartNotice(line) && line.endsWith('stopping it') === isStop,
      ),
    )
    expect(others).toEqual([])
    const where = `http://localhost:${port}/health`
    expect(said).toEqual(
      ['status 503', 'no answer within 0.3 s', 'no answer'].map(
        (what) =>
          `sidecar "the agent": health check failed 2 times in a row (${where}: ${what}); stopping it`,
      ),
    )
  })

  test('HTTP: reads the whole answer, and does not reset the connection', async () => {
    const { server, url, asked, errors } = await notingServer((socket) => answerInParts(socket, 200))
    servers.push(server)
    const running = await start('echo up; exec sleep 60', { health: health({ kind: 'http', url }) })
    await until(() => asked.length > 8)
    running.process.kill('SIGTERM')
    await running.ended
    expect({ errors, said: lines(running.written.stderr) }).toEqual({ errors: [], said: [] })
  })

  test.each([
    ['does not end', answerForEver],
    ['leaves the connection open', answerAndStay],
  ])('HTTP: an answer that %s is a success, and does not delay the next check', async (_, answer) => {
    const { server, url, asked } = await notingServer(answer)
    servers.push(server)
    const running = await start('echo up; exec sleep 60', {
      health: health({ kind: 'http', url }, { grace: 0, failures: 1 }),
    })
    await until(() => asked.length > 5)
    running.process.kill('SIGTERM')
    await running.ended
    expect(lines(running.written.stderr)).toEqual([])
    const [first = 0, last = 0] = [asked[0], asked[5]]
    expect(last - first).toBeLessThan(5 * 500)
  })

  test('HTTP: an endless first line is a failure at once', async () => {
    const { server, url } = await notingServer((socket) => answerForEver(socket, 'x'))
    servers.push(server)
    const running = await start('exec sleep 60', {
      health: health({ kind: 'http', url }, { grace: 0, failures: 1 }),
    })
    expect((await running.ended).stderr).toContain(`(${url}: no answer)`)
  })

  test('port and socket: unhealthy when nothing listens; no process is started for them', async () => {
    const port = await freePort()
    const server = createServer()
    await listen(server, port)
    const byPort = await start('echo up; exec sleep 60', { health: health({ kind: 'port', port }) })
    const bySocket = await start('echo up; exec sleep 60', {
      health: health({ kind: 'socket', socket: ['x.sock'] }),
    })
    const socketServer = createServer()
    await listen(socketServer, bySocket.app('x.sock'))
    await until(() => ups(byPort) + ups(bySocket) === 2)
    const children = () =>
      [byPort, bySocket].map(
        ({ process: { pid } }) =>
          readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').length,
      )
    for (let at = 0; at < 200; at++, await sleep(5)) expect(children()).toEqual([1, 1])
    server.close()
    socketServer.close()
    expect(lines((await byPort.ended).stderr)[0]).toContain(`(port ${port}: nothing listens)`)
    expect(lines((await bySocket.ended).stderr)[0]).toContain('(socket x.sock: nothing listens)')
  })

  test('a check that hangs is killed at its timeout with all that it started, and counts as failed', async () => {
    const hang = 'sleep 987 & exec sleep 987'
    const running = await start('exec sleep 60', {
      health: { ...OK_FILE, kind: 'command', command: hang, grace: 0 },
    })
    const { stderr } = await running.ended
    expect(stderr).toContain('(command: no end within 0.3 s)')
    expect(sleeping('987')).toEqual([])
  })

  test('one that ignores the signal is killed 10 s later, with what it left in its process group', async () => {
    const command = `trap '' TERM; touch ok; sleep 986 & echo up; while :; do sleep 0.1; done`
    const running = await start(command, { health: OK_FILE })
    await until(() => ups(running) === 1)
    await sleep(600)
    rmSync(running.app('ok'))
    await until(() => running.written.stderr.includes('stopping it'))
    const began = Date.now()
    expect((await running.ended).status).toBe(137)
    expect(Date.now() - began).toBeGreaterThan(9000)
    expect(sleeping('986')).toEqual([])
  }, 40_000)

  test('SIGTERM ends the sidecar at once: while a check hangs, in a pause, and after its delay', async () => {
    const hanging = await start('echo up; exec sleep 60', {
      ...ALWAYS,
      health: { ...OK_FILE, kind: 'command', command: 'touch asked; sleep 60', timeout: 60_000 },
    })
    await until(() => existsSync(hanging.app('asked')))
    let began = Date.now()
    hanging.process.kill('SIGTERM')
    expect((await hanging.ended).status).toBe(143)
    expect(Date.now() - began).toBeLessThan(1500)

    const delayed = await start("trap 'echo bye; exit 3' INT; echo up; while :; do sleep 0.02; done", {
      health: OK_FILE,
      stop: { signal: 'INT', delay: 700 },
    })
    await until(() => ups(delayed) === 1)
    began = Date.now()
    delayed.process.kill('SIGTERM')
    expect(await delayed.ended).toMatchObject({ status: 3, stdout: expect.stringContaining('bye') })
    expect(Date.now() - began).toBeGreaterThanOrEqual(690)
    expect(Date.now() - began).toBeLessThan(2500)
  })

  test('passes other signals on, and hands on the status of a sidecar that ends by itself', async () => {
    const running = await start(
      "trap 'echo hup' HUP; trap 'exit 7' USR1; touch ok; echo up; while :; do sleep 0.02; done",
      { health: OK_FILE },
    )
    await until(() => ups(running) === 1)
    running.process.kill('SIGHUP')
    await until(() => running.written.stdout.includes('hup'))
    running.process.kill('SIGUSR1')
    expect(await running.ended).toMatchObject({ status: 7, stderr: expect.not.stringContaining('stopping') })
  })
})
