import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { CLI } from '../../support/command-line.ts'
import { freePort } from '../../support/free-port.ts'
import { installed } from '../../support/programs.ts'
import { RUN_OPTIONS } from '../../support/run-options.ts'
import { CADDY, COMMANDS, HAPROXY, NGINX } from './real-proxies.ts'

const REQUESTS = count(2_000, 10_000)
const missing = [...Object.keys(COMMANDS), 'wrk'].filter((each) => !installed(each))

const work = mkdtempSync(join(tmpdir(), 'chain-'))
const env = { PATH: `${process.env.PATH}:/usr/sbin`, TMPDIR: work, SCHEME: '' }
const running = new Set<ReturnType<typeof spawn>>()
afterEach(async () => {
  for (const each of running) {
    each.kill('SIGINT')
    if (each.exitCode === null) await new Promise((resolve) => each.once('close', resolve))
  }
  rmSync(work, { recursive: true, force: true })
})

/** An app folder with the three proxies in front of the app, each of them a plain command of the file. */
function writeApp(): string {
  const app = mkdtempSync(join(work, 'app-'))
  cpSync(join(import.meta.dirname, 'app.cjs'), join(app, 'app.cjs'))
  writeFileSync(join(app, 'Procfile'), `web: exec "${process.execPath}" app.cjs\n`)
  writeFileSync(join(app, 'nginx.conf'), NGINX.replace('@PROTO@', ''))
  writeFileSync(join(app, 'haproxy.cfg'), HAPROXY.replaceAll('@PROTO@', ''))
  writeFileSync(join(app, 'Caddyfile'), CADDY)
  const sidecars = Object.entries(COMMANDS).map(([name, command]) => ({ name, command, proxy: true }))
  writeFileSync(join(app, 'sidecars.yml'), JSON.stringify({ sidecars }))
  return app
}

function run(app: string, port: number) {
  const args = [
    'run',
    app,
    '-b',
    'sidecar',
    '--port',
    String(port),
    '--max-restarts',
    '0',
    ...RUN_OPTIONS,
    '--env-from-shell',
  ]
  const child = spawn(process.execPath, [CLI, ...args, 'PATH', '--env', 'SCHEME='], { env, cwd: work })
  running.add(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, text: () => text }
}

/** `wrk` until so many requests were answered; how many came to nothing. */
function load(port: number): { requests: number; failed: number } {
  let requests = 0
  let failed = 0
  while (requests < REQUESTS) {
    const { stdout, status, stderr } = spawnSync(
      'wrk',
      ['-t1', '-c16', '-d2s', '--timeout', '30s', `http://127.0.0.1:${port}/`],
      { encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(stderr)
    requests += Number(/(\d+) requests in/.exec(stdout)?.[1])
    const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout) ?? []
    failed += errors.slice(1).reduce((sum, each) => sum + Number(each), 0)
    failed += Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0)
  }
  return { requests, failed }
}

test.skipIf(missing.length > 0)(
  `staged and run by the command line, a chain of three serves wrk; its middle one, killed, is named in the crash event${missing.length ? `: skipped, there is no ${missing.join(', ')}` : ''}`,
  async () => {
    const port = await freePort()
    const { ended, text } = run(writeApp(), port)
    for (const began = Date.now(); ; await sleep(50)) {
      const answer = await fetch(`http://127.0.0.1:${port}/`).then(
        (response) => response.text(),
        () => '',
      )
      if (answer.startsWith('hello from')) break
      if (Date.now() - began > 60_000) throw new Error(text())
    }
    const { requests, failed } = load(port)
    const figure = { value: failed, unit: 'lost', atMost: 0, beside: `${requests} requests` }
    expect(measured({ area: 'processes', measure: 'wrk through three proxies', ...figure })).toBe(true)

    const pid = (name: string) =>
      Number(spawnSync(process.execPath, [CLI, 'ps', '--pid', name], { env, encoding: 'utf8' }).stdout)
    // As by hand: what the platform started has become the program, nobody is above it.
    const started = ['web', ...Object.keys(COMMANDS)]
    const programs = started.map((name) => basename(readlinkSync(`/proc/${pid(name)}/exe`)))
    expect(programs).toEqual([basename(realpathSync(process.execPath)), ...Object.keys(COMMANDS)])
    process.kill(pid('haproxy'), 'SIGKILL')
    expect(await ended).toBe(1)
    expect(text()).toContain('"exit_description"=>"APP/PROC/WEB/SIDECAR/HAPROXY: Exited with status 137"')
    running.clear()
  },
)
