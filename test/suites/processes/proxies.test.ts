import { cpSync } from 'node:fs'
import { connect } from 'node:http2'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Pool, request, WebSocket } from 'undici'
import { describe, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import type { Sidecar } from '../../../src/config/sidecar.ts'
import { removedAfterTest } from '../../support/cleanup.ts'
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
import { CADDY, COMMANDS, HAPROXY, NGINX } from './real-proxies.ts'

const HERE = dirname(fileURLToPath(import.meta.url))

const REQUESTS = count(2_000, 10_000)
type Proxy = keyof typeof COMMANDS

const missing = Object.keys(COMMANDS).filter((each) => !installed(each))

/** An instance: the app behind these proxies, all started at once as the platform does. */
async function instance(
  proxies: readonly Proxy[],
  more: Partial<Sidecar> = {},
  env: Record<string, string> = {},
) {
  const [port = 0, ...behind] = await Promise.all([undefined, ...proxies].map(freePort))
  const staged = stage(
    proxies.map((name, at) => [
      sidecar(name, { proxy: { wait: true, appPort: behind[at] ?? 0 }, ...more }),
      shell(COMMANDS[name]),
    ]),
  )
  const planned = plan(staged)
  const droplet = removedAfterTest(new ShellDroplet(planned))
  droplet.write('app/nginx.conf', NGINX.replace('@PROTO@', proxies[0] === 'nginx' ? (env.PROTO ?? '') : ''))
  droplet.write('app/haproxy.cfg', HAPROXY.replaceAll('@PROTO@', env.PROTO ?? ''))
  droplet.write('app/Caddyfile', CADDY)
  cpSync(join(HERE, 'app.cjs'), join(droplet.dir, 'app/app.cjs'))
  const environment = {
    ...platformEnv('web'),
    SCHEME: '',
    ...env,
    PATH: `${process.env.PATH}:/usr/sbin`,
    PORT: String(port),
  }
  const sidecars = new Map<Proxy, Running>()
  for (const [at, { command }] of planned.launch.entries()) {
    sidecars.set(proxies[at] ?? 'nginx', await droplet.start(command, environment))
  }
  const app = await droplet.start(`exec "${process.execPath}" app.cjs`, environment)
  const all = [app, ...sidecars.values()]
  await listening(port, all)
  return { port, app, sidecars, all }
}

/** Until the platform's port check would pass; what a process said when it ended before. */
async function listening(port: number, all: readonly Running[]): Promise<void> {
  let ended = ''
  for (const each of all)
    void each.ended.then(({ stderr, status }) => (ended = `ended with ${status}: ${stderr}`))
  for (const began = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (ended || Date.now() - began > 60_000)
      throw new Error(ended || all.map((each) => each.written.stderr).join('\n'))
    if (
      await request(`http://127.0.0.1:${port}/`).then(
        ({ body }) => body.text().then((text) => text.startsWith('hello from')),
        () => false,
      )
    )
      return
    if (
      await h2(port, '/').then(
        (text) => text.startsWith('hello from'),
        () => false,
      )
    )
      return
  }
}

function h2(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`).on('error', reject)
    const stream = session.request({ ':path': path }).setEncoding('utf8').on('error', reject)
    let text = ''
    stream.on('data', (chunk: string) => (text += chunk))
    stream.on('end', () => {
      session.close()
      resolve(text)
    })
    const late = () => {
      session.destroy()
      reject(new Error('no answer'))
    }
    setTimeout(late, 2000).unref()
  })
}

async function load(port: number, requests: number, connections = 32) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections })
  const statuses = new Map<number, number>()
  let left = requests
  const worker = async () => {
    while (left-- > 0) {
      const { statusCode, body } = await pool.request({ path: '/', method: 'GET' })
      const what = (await body.text()).startsWith('hello from') ? statusCode : -statusCode
      statuses.set(what, (statuses.get(what) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  await pool.close()
  return Object.fromEntries(statuses)
}

function echo(port: number, text: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
    socket.addEventListener('open', () => socket.send(text))
    socket.addEventListener('message', ({ data }) => {
      resolve(data)
      socket.close()
    })
    socket.addEventListener('error', ({ error }) => reject(error))
  })
}

describe.skipIf(missing.length > 0)(
  `proxies${missing.length ? `: skipped, there is no ${missing.join(', ')}` : ''}`,
  () => {
    const chain = ['nginx', 'haproxy', 'caddy'] as const

    test.each(chain)('%s alone in front of the app, with WebSockets', async (proxy) => {
      const { port } = await instance([proxy])
      expect(await load(port, 200)).toEqual({ 200: 200 })
      expect(await echo(port, 'ping')).toBe('ping')
    })

    test.each([
      // nginx speaks HTTP/2 with the client only.
      ['nginx', { PROTO: 'http2' }, /over HTTP\/1.1$/],
      ['haproxy', { H2C: '1', PROTO: 'proto h2' }, /over HTTP\/2.0$/],
      ['caddy', { H2C: '1', SCHEME: 'h2c://' }, /over HTTP\/2.0$/],
    ] as const)('%s with HTTP/2 in clear text', async (proxy, env, answer) => {
      const { port } = await instance([proxy], {}, env)
      expect(await h2(port, '/')).toMatch(answer)
    })

    test('a chain of three serves every request; the middle one, killed, ends by that signal', async () => {
      const { port, sidecars } = await instance(chain)
      expect(await load(port, REQUESTS)).toEqual({ 200: REQUESTS })
      expect(await echo(port, 'through three')).toBe('through three')
      sidecars.get('haproxy')?.process.kill('SIGKILL')
      expect(await sidecars.get('haproxy')?.ended).toMatchObject({ signal: 'SIGKILL' })
    })

    test('with restart: on-failure the app stays the same process, and requests are served again', async () => {
      const { port, app, sidecars, all } = await instance(chain, { restart: { policy: 'on-failure' } })
      const served = async () => (await request(`http://127.0.0.1:${port}/`)).headers['x-served-by']
      expect(await served()).toBe(String(app.process.pid))
      const middle = sidecars.get('haproxy')
      const { readFileSync } = await import('node:fs')
      const pid = middle?.process.pid
      const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
      process.kill(child, 'SIGKILL')
      while (!middle?.written.stderr.includes('restart 1 in 1 s'))
        await new Promise((resolve) => setTimeout(resolve, 20))
      await listening(port, all)
      while ((await served()) === undefined) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await served()).toBe(String(app.process.pid))
      expect(await load(port, 500)).toEqual({ 200: 500 })
    })

    test('SIGTERM to all at once during 100 slow requests loses none, with stop: {delay: 5s}', async () => {
      const { port, all } = await instance(['nginx'], { stop: { signal: 'QUIT', delay: 5000 } })
      const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 100 })
      const slow = Array.from({ length: 100 }, () => pool.request({ path: '/?slow=3000', method: 'GET' }))
      await new Promise((resolve) => setTimeout(resolve, 1000))
      for (const each of all) each.process.kill('SIGTERM')
      const statuses = await Promise.all(
        slow.map(async (each) => {
          const { statusCode, body } = await each
          await body.dump()
          return statusCode
        }),
      )
      const value = statuses.filter((each) => each !== 200).length
      const figure = { value, unit: 'lost', atMost: 0, beside: '100 requests' }
      expect(measured({ area: 'processes', measure: 'SIGTERM to all, stop delay 5 s', ...figure })).toBe(true)
      await pool.close()
      expect((await Promise.all(all.map(({ ended }) => ended))).map(({ status }) => status)).toEqual([0, 0])
    })

    test.skipIf(!installed('redis-server'))(
      'redis by its socket: the app starts when it is ready',
      async () => {
        const place = { file: '', line: 1, column: 1 }
        const waitFor = { kind: 'socket', socket: ['redis.sock'], timeout: 20_000, place } as const
        const command = 'exec redis-server --port 0 --unixsocket "$HOME/redis.sock" --save "" --dir "$TMPDIR"'
        const planned = plan(stage([[sidecar('redis', { waitFor }), shell(command)]]))
        const droplet = removedAfterTest(new ShellDroplet(planned))
        const app = await droplet.start('redis-cli -s redis.sock ping', platformEnv('web'))
        await new Promise((resolve) => setTimeout(resolve, 300))
        expect(app.written.stdout).not.toContain('PONG')
        await droplet.start(planned.launch[0]?.command ?? '', platformEnv('web'))
        expect(await app.ended).toMatchObject({ status: 0, stdout: expect.stringContaining('PONG') })
      },
    )
  },
)
