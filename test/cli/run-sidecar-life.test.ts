/** `run` of apps whose sidecars do what a sidecar cannot do by itself (docs/explanation/limitations.md). */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { CLI } from '../support/command-line.ts'
import { temporaryFolder } from '../support/files.ts'
import { freePort } from '../support/free-port.ts'
import { RUN_OPTIONS } from '../support/run-options.ts'

const work = temporaryFolder()
interface RunningApp {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  seen(wanted: string): Promise<void>
  text(): string
}
const running: RunningApp[] = []

afterEach(async () => {
  for (const each of running.splice(0)) {
    each.child.kill('SIGTERM')
    await each.ended
  }
})

/** An app with these sidecars, each the inside of a flow map, whose process only sleeps and is watched by its PID. */
async function runApp(...sidecars: readonly string[]): Promise<RunningApp> {
  const app = mkdtempSync(join(work, 'app-'))
  const entries = sidecars.map((each) => `  - {process_types: [worker], ${each}}\n`).join('')
  const processes = '{web: "true", worker: "echo app up; exec sleep 600"}'
  writeFileSync(join(app, 'sidecars.yml'), `processes: ${processes}\nsidecars:\n${entries}`)
  const temporary = join(work, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const options = ['--process', 'worker', '--port', String(await freePort()), '--memory', '256M']
  const words = ['run', app, '--env-from-shell', 'PATH', '--log', 'cf', ...options, ...RUN_OPTIONS]
  const child = spawn(process.execPath, [CLI, ...words], {
    env: { PATH: process.env.PATH, TMPDIR: temporary },
    cwd: work,
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const seen = async (wanted: string) => {
    for (const began = Date.now(); !text.includes(wanted); ) {
      if (Date.now() - began > 25_000 || child.exitCode !== null)
        throw new Error(`${wanted} has not come:\n${text}`)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
  const started = { child, ended, seen, text: () => text }
  running.push(started)
  return started
}

describe('The start and stop order of app processes and their sidecars is undefined.', () => {
  test('sidecars start in their order and stop in the reverse order', async () => {
    const sidecar = (name: string) =>
      `name: ${name}, command: "trap 'sleep 0.3; echo ${name} ends; exit' TERM; echo ${name} up; touch ${name}; while :; do sleep 0.1; done", health: {command: test -e ${name}, interval: 1s}`
    const ordered = await runApp(
      `${sidecar('third')}, after: [second]`,
      `${sidecar('second')}, after: [first]`,
      sidecar('first'),
    )
    await ordered.seen('third up')
    ordered.child.kill('SIGTERM')
    await ordered.ended
    const said = [...ordered.text().matchAll(/OUT (\w+ (?:up|ends))/g)].map(([, line]) => line)
    const ups = ['first up', 'second up', 'third up']
    expect(said.filter((line) => line !== 'app up')).toEqual([
      ...ups,
      'third ends',
      'second ends',
      'first ends',
    ])
  }, 60_000)
})

describe('App processes and sidecars are codependent. If either crashes or exits, the other will as well.', () => {
  test('a note names the sidecar that ended with status 0', async () => {
    const running = await runApp('name: helper, command: "sleep 0.5"', 'name: other, command: "sleep 600"')
    await running.seen('note: the sidecar "helper" ended with status 0, which ends the app too')
    await running.seen('Codependent step exited')
    running.child.kill('SIGTERM')
    await running.ended
    expect(running.text().split('note: ')).toHaveLength(2)
  }, 60_000)

  test('a sidecar that crashes is restarted, and the app is not', async () => {
    const running = await runApp(
      'name: helper, command: "echo sidecar up; sleep 1; exit 3", restart: on-failure',
    )
    await running.seen('exited with status 3; restart 1 in 1 s')
    await running.seen('exited with status 3; restart 2 in 2 s')
    expect(running.text().match(/app up/g)).toHaveLength(1)
    expect(running.text()).not.toContain('Process has crashed')
  }, 60_000)
})

describe('Sidecars are currently not independently scalable. Sidecars share resources with the main app process and other sidecars within the container.', () => {
  test('a sidecar that leaks is restarted, and the app is not', async () => {
    const leak = `perl -e 'for (1 .. 600) { vec($x, ($_ << 20) - 1, 8) = 1; select(undef, undef, undef, 0.02) }'`
    const running = await runApp(
      `name: leaky, command: "exec ${leak}", memory: {limit: 48M, guard: true}, restart: always`,
    )
    await running.seen('MiB, its memory is 48 MiB; stopping it')
    await running.seen('exited with status 143; restart 1 in 1 s')
    expect(running.text().match(/app up/g)).toHaveLength(1)
  }, 60_000)
})

describe('Sidecars only support PID-based health checks. HTTP health-checks for sidecars are not currently supported.', () => {
  test('an unhealthy sidecar is restarted without the app, or makes the instance crash', async () => {
    const check = `health: {command: 'test -e "$HOME/ok"', interval: 1s, failures: 2}`
    const command = 'command: "touch ok; echo sidecar up; sleep 2; rm ok; exec sleep 600"'
    const restarted = await runApp(`name: helper, ${command}, ${check}, restart: on-failure`)
    await restarted.seen('health check failed 2 times in a row (command: exit status 1); stopping it')
    await restarted.seen('exited with status 143; restart 1 in 1 s')
    expect(restarted.text().match(/app up/g)).toHaveLength(1)

    const crashing = await runApp(`name: helper, ${command}, ${check}`)
    await crashing.seen('SIDECAR/HELPER: Exited with status 143')
    expect(crashing.text()).toMatch(/WORKER\/SIDECAR\/HELPER\/0\] ERR sidecar "helper": health check failed/)
  }, 60_000)
})
