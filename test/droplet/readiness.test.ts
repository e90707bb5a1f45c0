import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { parseTemplate } from '../../src/config/fields/env.ts'
import type { Readiness } from '../../src/config/sidecar.ts'
import { waitNotice } from '../../src/droplet/notices.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import { freePort } from '../support/free-port.ts'
import { plan, platformEnv, ShellDroplet, shell, sidecar, stage, types } from '../support/shell-droplet.ts'
import { answerAndStay, answerForEver, answerInParts, notingServer } from './noting-server.ts'

const servers: Server[] = []
afterEach(() => {
  for (const each of servers.splice(0)) each.close()
})

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }

function dropletOf(waitFor: Readiness) {
  const droplet = removedAfterTest(
    new ShellDroplet(plan(stage([[sidecar('config server', { waitFor }), shell('true')]]))),
  )
  return droplet
}

function listen(server: Server, where: number | string): Promise<void> {
  servers.push(server)
  return new Promise((resolve) =>
    typeof where === 'string' ? server.listen(where, resolve) : server.listen(where, '127.0.0.1', resolve),
  )
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** How long after `ready` the app started, in ms. */
async function delayAfter(droplet: ShellDroplet, ready: () => Promise<void>): Promise<number> {
  const running = await droplet.start('echo $EPOCHREALTIME', platformEnv('web'))
  await sleep(250)
  expect(running.written.stdout).not.toContain('.0')
  await ready()
  const at = Date.now()
  const { stdout, stderr, status } = await running.ended
  const notices = stderr.trimEnd().split('\n').map(waitNotice)
  expect({ notices, status }).toEqual({
    notices: [false, true].map((isReady) => ({
      quotedName: '"config server"',
      isReady,
      condition: expect.stringMatching(/^(?:port \d+$|http:\/\/|socket \S)/),
    })),
    status: 0,
  })
  return Number(stdout.trim().split('\n').at(-1)) * 1000 - at
}

describe('wait_for', () => {
  test("holds the app's start until the port listens, and not a process of another type, a task or the sidecar", async () => {
    const port = await freePort()
    const droplet = dropletOf({ kind: 'port', port, timeout: 20_000, place: PLACE })
    for (const type of ['worker', undefined])
      expect((await droplet.run('echo on', platformEnv(type))).stdout).toBe('on\n')
    expect((await droplet.run('"$DEPS_DIR"/0/start/config-server', platformEnv('web'))).status).toBe(0)
    expect(await delayAfter(droplet, () => listen(createServer(), port))).toBeLessThan(500)
  })

  test('until an IPv6 port listens', async () => {
    const port = await freePort()
    const droplet = dropletOf({ kind: 'port', port, timeout: 20_000, place: PLACE })
    const server = createServer()
    servers.push(server)
    expect(
      await delayAfter(droplet, () => new Promise((resolve) => server.listen(port, '::1', resolve))),
    ).toBeLessThan(500)
  })

  test('until the port listens, whatever else does, and not while it is only that of a connection', async () => {
    const others = Array.from({ length: 40 }, () => createServer())
    for (const [at, each] of others.entries()) {
      servers.push(each)
      await new Promise<void>((resolve) => each.listen(0, at % 2 ? '127.0.0.1' : '::1', resolve))
    }
    const ports = others.map((each) => (each.address() as { port: number }).port)
    const ready = (port: number, timeout: number) =>
      dropletOf({ kind: 'port', port, timeout, place: PLACE }).run('echo on', platformEnv('web'))
    for (const at of [0, 1, 20, 21, 38, 39])
      expect(await ready(ports[at] ?? 0, 20_000), `${at}`).toMatchObject({ stdout: 'on\n', stderr: '' })

    const clients: Socket[] = []
    for (const at of [0, 1]) {
      const client = connect(ports[at] ?? 0, at ? '127.0.0.1' : '::1')
      clients.push(client)
      await new Promise((resolve) => client.once('connect', resolve))
      expect(await ready(client.localPort ?? 0, 300)).toMatchObject({ stdout: '', status: 1 })
      expect(await ready(ports[at] ?? 0, 20_000)).toMatchObject({ stdout: 'on\n' })
    }
    for (const each of clients) each.destroy()
  })

  test('until HTTP answers 2xx: not when it refuses, fails, redirects or hangs up', async () => {
    const port = await freePort()
    const droplet = dropletOf({
      kind: 'http',
      url: `http://localhost:${port}/health?a=b c`,
      timeout: 20_000,
      place: PLACE,
    })
    const answers = [503, 302, 0, 404, 204]
    const asked: (string | undefined)[] = []
    const server = createHttpServer((request, response) => {
      asked.push(request.url)
      const status = answers[asked.length - 1] ?? 204
      if (status === 0) request.socket.destroy()
      else response.writeHead(status).end()
    })
    expect(await delayAfter(droplet, () => listen(server, port))).toBeLessThan(2000)
    expect(asked).toEqual(Array(5).fill('/health?a=b%20c'))
  })

  test('asks a server that answers an error about once a second; the last message has the status and no secret', async () => {
    const { server, url, asked, errors } = await notingServer((socket) => answerInParts(socket, 404))
    servers.push(server)
    const droplet = dropletOf({ kind: 'http', url: `${url}?token=s3cret`, timeout: 3000, place: PLACE })
    const { status, stderr } = await droplet.run('true', platformEnv('web'))
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        `The app waits for the sidecar "config server" (${url})\n` +
        `The app does not start: the sidecar "config server" was not ready (${url} answered 404) after 3 s\n`,
    })
    expect(asked.length).toBeGreaterThanOrEqual(4)
    expect(asked.length).toBeLessThanOrEqual(8)
    expect(errors).toEqual([])
  })

  test('notices within a second that a server no longer answers an error', async () => {
    let status = 503
    const { server, url, asked, errors } = await notingServer((socket) => answerInParts(socket, status))
    servers.push(server)
    const droplet = dropletOf({ kind: 'http', url, timeout: 20_000, place: PLACE })
    const delay = await delayAfter(droplet, async () => {
      await sleep(2000)
      status = 200
    })
    expect(delay).toBeLessThan(1500)
    const gaps = asked.slice(1).map((each, at) => each - (asked[at] ?? 0))
    expect(gaps[0]).toBeLessThan(500)
    expect(Math.max(...gaps)).toBeGreaterThan(700)
    expect(errors).toEqual([])
  })

  test.each([
    ['does not end', answerForEver],
    ['leaves the connection open', answerAndStay],
  ])('an answer that %s holds the start for a moment only', async (_, answer) => {
    const { server, url } = await notingServer(answer)
    servers.push(server)
    const droplet = dropletOf({ kind: 'http', url, timeout: 20_000, place: PLACE })
    const began = Date.now()
    expect(await droplet.run('echo on', platformEnv('web'))).toMatchObject({ stdout: 'on\n', stderr: '' })
    expect(Date.now() - began).toBeLessThan(2000)
  })

  test('until the Unix socket listens, a leftover file is not enough', async () => {
    const droplet = dropletOf({ kind: 'socket', socket: ['tmp dir/x.sock'], timeout: 20_000, place: PLACE })
    droplet.write('app/tmp dir/keep', '')
    expect(
      await delayAfter(droplet, () => listen(createServer(), `${droplet.dir}/app/tmp dir/x.sock`)),
    ).toBeLessThan(500)
  })

  test('until a Unix socket listens that a variable names', async () => {
    const socket = parseTemplate('${HOME}/a $$/${NOT_SET}x.sock', PLACE)
    const droplet = dropletOf({ kind: 'socket', socket, timeout: 20_000, place: PLACE })
    droplet.write('app/a $/keep', '')
    expect(
      await delayAfter(droplet, () => listen(createServer(), `${droplet.dir}/app/a $/x.sock`)),
    ).toBeLessThan(500)
  })

  test('says which URL was waited for without what may be secret in it', async () => {
    const port = await freePort()
    const url = `http://localhost:${port}/health?token=s3cret`
    const droplet = dropletOf({ kind: 'http', url, timeout: 100, place: PLACE })
    const { stderr } = await droplet.run('true', platformEnv('web'))
    expect(stderr).toContain(`was not ready (http://localhost:${port}/health) after`)
    expect(stderr).not.toContain('s3cret')
  })

  test("ends the app's start after the timeout, saying which sidecar did not get ready, and for how long", async () => {
    const droplet = dropletOf({ kind: 'port', port: await freePort(), timeout: 1000, place: PLACE })
    const { status, stdout, stderr } = await droplet.run('echo started', platformEnv('web'))
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(
      /^The app waits for the sidecar "config server" \(port \d+\)\nThe app does not start: the sidecar "config server" was not ready \(port \d+\) after 1 s\n$/,
    )
  })

  test('ends at once with SIGTERM, as the platform sends it when the sidecar dies meanwhile', async () => {
    const droplet = dropletOf({ kind: 'port', port: await freePort(), timeout: 20_000, place: PLACE })
    const running = await droplet.start('echo started', platformEnv('web'))
    while (!running.written.stderr.includes('waits for')) await sleep(20)
    running.process.kill('SIGTERM')
    const { stderr, ...end } = await running.ended
    expect(end).toMatchObject({ status: null, signal: 'SIGTERM' })
    expect(stderr).toMatch(/^The app waits for the sidecar "config server" \(port \d+\)\n$/)
  })
})

describe('a proxy', () => {
  test('starts when the process behind it listens, with its ports; the app gets its port in all variables', async () => {
    const appPort = await freePort()
    const planned = plan(
      stage([
        [
          sidecar('outer', { proxy: { wait: false }, processTypes: types('web', 'worker') }),
          shell('echo $PORT $APP_PORT'),
        ],
        [
          sidecar('inner', { proxy: { wait: true, appPort } }),
          shell('echo $PORT $APP_PORT; exec ls /proc/self/fd'),
        ],
        [sidecar('beside'), shell('echo $PORT')],
      ]),
    )
    const droplet = removedAfterTest(new ShellDroplet(planned))
    const run = async (at: number, type = 'web') =>
      (await droplet.run(planned.launch[at]?.command ?? '', platformEnv(type))).stdout
    expect(await run(0)).toBe('8080 18080\n')
    expect(await run(0, 'worker')).toBe('8080 18080\n')
    expect(await run(2)).toBe('8080\n')

    const inner = await droplet.start(planned.launch[1]?.command ?? '', platformEnv('web'))
    await sleep(200)
    expect(inner.written.stdout).not.toContain('18080')
    await listen(createServer(), appPort)
    expect((await inner.ended).stdout).toContain(
      `18080 ${appPort}\n${(await droplet.run('exec ls /proc/self/fd')).stdout}`,
    )

    const show = 'echo $PORT $VCAP_APP_PORT "$VCAP_APPLICATION"'
    const app = (await droplet.run(show, platformEnv('web'))).stdout
    expect(app).toMatch(new RegExp(`^${appPort} ${appPort} .*"port":${appPort},"process_type":"web"`))
    expect((await droplet.run(show, platformEnv('worker'))).stdout).toMatch(/^18080 18080 .*"port":18080,/)
    expect((await droplet.run(show, { ...platformEnv(undefined), PORT: '8080' })).stdout).toMatch(/^8080 {/)
  })

  test('moves with the port of the instance, by which the app finds it too; app_port stays', async () => {
    const planned = plan(
      stage([
        [sidecar('outer', { proxy: { wait: false } }), shell('echo $PORT $APP_PORT')],
        [sidecar('middle', { proxy: { wait: false, appPort: 9000 } }), shell('echo $PORT $APP_PORT')],
        [sidecar('inner', { proxy: { wait: false } }), shell('echo $PORT $APP_PORT')],
      ]),
    )
    const droplet = removedAfterTest(new ShellDroplet(planned))
    const ports = '[{"external":61000,"internal":9090},{"external":61001,"internal":2222}]'
    const env = { ...platformEnv('web'), PORT: '9090', CF_INSTANCE_PORTS: ports }
    const commands = [...planned.launch.map(({ command }) => command), 'echo $PORT']
    const shown = await Promise.all(commands.map(async (each) => (await droplet.run(each, env)).stdout))
    expect(shown).toEqual(['9090 19090\n', '19090 9000\n', '9000 19091\n', '19091\n'])
  })

  test('without a port of the platform ends with the reason', async () => {
    const planned = plan(stage([[sidecar('p', { proxy: { wait: true } }), shell('true')]]))
    const droplet = removedAfterTest(new ShellDroplet(planned))
    const { PORT: _, ...without } = platformEnv('web')
    expect(await droplet.run(planned.launch[0]?.command ?? '', without)).toMatchObject({
      status: 1,
      stderr: 'sidecar "p": a proxy requires PORT, which is not set\n',
    })
  })
})
