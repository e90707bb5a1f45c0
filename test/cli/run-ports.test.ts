import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CLI } from '../support/command-line.ts'
import { temporaryFolder } from '../support/files.ts'
import { freePort } from '../support/free-port.ts'

const work = temporaryFolder()
const env = { PATH: process.env.PATH, TMPDIR: join(work, 'tmp') }
const PROXY = `const { createServer, get } = require('node:http')
createServer((_, answer) =>
  get({ host: '127.0.0.1', port: process.env.APP_PORT }, (behind) => behind.pipe(answer))
).listen(process.env.PROXY_PORT || process.env.PORT)`
const APP = `const { PORT, NAME, TAKEN } = process.env
const server = require('node:http').createServer((_, answer) => answer.end(NAME + ' on ' + PORT))
TAKEN ? server.listen(TAKEN) : server.listen(PORT, '127.0.0.1')`

const children = new Set<ChildProcessWithoutNullStreams>()
const servers = new Set<Server>()
let fixed: number
let awaited: number

/** Stages an app with these sidecars. @returns a droplet without the `result.json` of its staging */
function stage(name: string, sidecars: readonly object[]): string {
  const app = join(work, name)
  mkdirSync(join(app, 'staged'), { recursive: true })
  writeFileSync(join(app, 'proxy.js'), PROXY)
  writeFileSync(join(app, 'app.js'), APP)
  writeFileSync(join(app, 'Procfile'), 'web: exec node app.js\nworker: exec sleep 3535\n')
  writeFileSync(join(app, 'sidecars.yml'), JSON.stringify({ sidecars }))
  execFileSync(process.execPath, [CLI, 'stage', app, '-b', 'sidecar', '-o', join(work, `${name}-staged`)], {
    env,
  })
  const droplet = join(work, `${name}.tgz`)
  copyFileSync(join(work, `${name}-staged`, 'droplet.tgz'), droplet)
  return droplet
}

function run(droplet: string, port: number, ...more: string[]) {
  const options = ['--port', String(port), '--max-restarts', '0', '--env-from-shell', 'PATH']
  const child = spawn(process.execPath, [CLI, 'run', droplet, ...options, ...more], { env, cwd: work })
  children.add(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, text: () => text }
}

/** As `ps` shows the processes of all runs. */
function states(text: () => string): string[] {
  const shown = execFileSync(process.execPath, [CLI, 'ps', '--json'], { env, encoding: 'utf8' })
  const runs: { processes: { name: string; state: string }[] }[] = JSON.parse(shown)
  if (runs.length === 0) throw new Error(text())
  return runs.flatMap(({ processes }) => processes.map(({ name, state }) => `${name} ${state}`))
}

async function answer(port: number, text: () => string): Promise<string> {
  for (const giveUp = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const got = await fetch(`http://127.0.0.1:${port}`).then(
      (response) => response.text(),
      () => undefined,
    )
    if (got !== undefined) return got
    if (Date.now() > giveUp) throw new Error(text())
  }
}

async function take(port: number): Promise<void> {
  const server = createServer()
  servers.add(server)
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  )
}

/** A port from which the moved port of the proxy (10,000 further on) is free too. */
async function freeInstancePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const taken = await take(port)
      .then(() => take(port + 10_000))
      .then(() => false)
      .catch(() => true)
    await release()
    if (!taken) return port
  }
}

async function release(): Promise<void> {
  await Promise.all([...servers].map((server) => new Promise((resolve) => server.close(resolve))))
  servers.clear()
}

let plain: string
let withChain: string
let withFixed: string
let withAwaited: string
let withWrong: string
beforeAll(async () => {
  mkdirSync(env.TMPDIR)
  fixed = await freePort()
  awaited = await freePort()
  const proxy = { name: 'front', command: 'exec node proxy.js', proxy: true }
  const server = `exec node -e 'require("net").createServer().listen(${awaited}, "127.0.0.1")'`
  plain = stage('plain', [proxy])
  withChain = stage('chain', [proxy, { ...proxy, name: 'inner' }])
  withFixed = stage('fixed', [{ ...proxy, proxy: { app_port: fixed } }])
  const wrong = { name: 'late', command: server, wait_for: { port: fixed, timeout: '6s' } }
  withWrong = stage('wrong', [wrong])
  withAwaited = stage('awaited', [{ name: 'late', command: server, wait_for: { port: awaited } }])
}, 60_000)
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGINT')
    if (child.exitCode === null) await new Promise((resolve) => child.once('close', resolve))
  }
  children.clear()
  await release()
})

describe('run', () => {
  test('runs two apps with proxies side by side', async () => {
    const [one, other] = [await freeInstancePort(), await freeInstancePort()]
    const first = run(plain, one, '--env', 'NAME=first')
    const second = run(plain, other, '--env', 'NAME=second')
    expect(await answer(one, first.text)).toBe(`first on ${one + 10_000}`)
    expect(await answer(other, second.text)).toBe(`second on ${other + 10_000}`)
    expect(states(first.text).sort()).toEqual([
      'front running',
      'front running',
      'web running',
      'web running',
    ])
  })

  test.each([
    ['$PORT', () => plain, (port: number) => port, 'choose another port with --port'],
    [
      'behind the proxy "front"',
      () => plain,
      (port: number) => port + 10_000,
      'choose another port with --port',
    ],
    [
      'behind the proxy "front"',
      () => withFixed,
      () => fixed,
      'stop that program, or change the port in sidecars.yml',
    ],
    [
      'wait_for of "late"',
      () => withAwaited,
      () => awaited,
      'stop that program, or change the port in sidecars.yml',
    ],
  ])(
    'names the program that listens on the port of %s, and starts nothing',
    async (user, droplet, portOf, remedy) => {
      const port = await freeInstancePort()
      await take(portOf(port))
      const { ended, text } = run(droplet(), port)
      expect(await ended).toBe(1)
      expect(text()).toContain(`port ${portOf(port)} (${user}) is in use by `)
      expect(text()).toContain(`(pid ${process.pid}); ${remedy}\n`)
      expect(text()).not.toContain('Invoking pre-start scripts.')
    },
  )

  test('checks the ports of all instances before it starts the first one', async () => {
    const port = await freeInstancePort()
    await Promise.all([take(port + 1), take(port + 10_001)])
    const { ended, text } = run(plain, port, '--instances', '2')
    expect(await ended).toBe(1)
    expect(text()).toContain(`port ${port + 1} ($PORT of web/1) is in use by `)
    expect(text()).toContain(`port ${port + 10_001} (behind the proxy "front" of web/1) is in use by `)
    expect(text().split('error: ')).toHaveLength(3)
    expect(text()).not.toContain('Invoking pre-start scripts.')
  })

  test('names every port that is taken, and one that is needed twice', async () => {
    await take(fixed)
    const several = run(withFixed, fixed)
    expect(await several.ended).toBe(1)
    expect(several.text()).toContain(`port ${fixed} ($PORT) is in use by `)
    expect(several.text()).toContain(
      `port ${fixed} is needed twice: $PORT and behind the proxy "front"; choose another port with --port\n`,
    )
  })

  test('advises to run one instance alone if --port moves both uses of a port', async () => {
    const port = await freeInstancePort()
    const both = run(withChain, port, '--instances', '2')
    expect(await both.ended).toBe(1)
    expect(both.text()).toContain(
      `port ${port + 10_001} is needed twice: behind the proxy "inner" of web/0 and behind the proxy "front" of web/1; run one of them alone, with --process TYPE or --instances 1\n`,
    )
  })

  test('says on which port a sidecar listens while the app waits for another one', async () => {
    const wrong = run(withWrong, await freeInstancePort())
    expect(await wrong.ended).toBe(1)
    expect(
      wrong
        .text()
        .split(`sidecar "late" listens on port ${awaited}, and not on port ${fixed} of its wait_for`),
    ).toHaveLength(2)
  })

  test('names the proxy whose port the app takes, before --detach returns', async () => {
    const port = await freeInstancePort()
    const taken = run(plain, port, '--env', `TAKEN=${port}`, '--detach')
    expect(await taken.ended).toBe(0)
    expect(states(taken.text)).toEqual(['web running', 'front waiting'])
    execFileSync(process.execPath, [CLI, 'stop'], { env })
    const note = `note: the app listens on port ${port}, the port of the proxy "front", instead of its $PORT ${port + 10_000}, `
    expect(taken.text().split(note)).toHaveLength(2)
  })

  test.each([
    ['the proxy "front"', 'PROXY_PORT', 'the health check waits for port', 0],
    ['the app', 'TAKEN', 'the proxy "front" forwards to port', 10_000],
  ])('says that %s listens on another port than its $PORT', async (who, variable, expected, more) => {
    const port = await freeInstancePort()
    const wrong = run(plain, port, '--env', `${variable}=${fixed}`)
    const note = `note: ${who} listens on port ${fixed}, and ${expected} ${port + more}; listen on $PORT\n`
    for (const giveUp = Date.now() + 20_000; !wrong.text().includes(note); ) {
      if (Date.now() > giveUp) throw new Error(wrong.text())
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })

  test('does not check the ports of another process type', async () => {
    const port = await freeInstancePort()
    await Promise.all([take(port), take(awaited)])
    const worker = run(withAwaited, port, '--process', 'worker')
    for (const giveUp = Date.now() + 20_000; !worker.text().includes('Invoking start command.'); ) {
      if (Date.now() > giveUp) throw new Error(worker.text())
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
})
