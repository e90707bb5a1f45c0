import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { allProcesses, commandLine } from '../../../src/system/proc.ts'
import { ROOT } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'
import { Workplace } from '../../support/local-run.ts'
import { lacksTmux, Terminal } from '../../support/terminal.ts'

const place = new Workplace()
let droplet: string
let terminal: Terminal

const SIDECARS = `sidecars:
  - {name: config-server, memory: 64M, restart: always, command: "while sleep 0.3; do echo serving; done"}
  - {name: 設定サーバー, memory: 32M, command: "exec sleep 3737"}
  - name: a very long name of a sidecar that nobody would choose
    command: exec node -e 'setTimeout(() => require("net").createServer().listen("ready.sock"), 2000)'
    wait_for: {socket: ready.sock}
processes: {web: node server.js}
`
/** Answers after a second; each request is answered by two thousand lines of log. */
const SERVER = `const answer = (_, response) => {
  for (let line = 1; line <= 2000; line++) console.log('line ' + line + ' ' + '長い行'.repeat(line % 20))
  response.end('ok')
}
setTimeout(() => require('node:http').createServer(answer).listen(process.env.PORT), 1000)`

beforeAll(async () => {
  if (lacksTmux) return
  const app = join(place.folder, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'sidecars.yml'), SIDECARS)
  writeFileSync(join(app, 'server.js'), SERVER)
  droplet = await place.stage(app)
})
afterEach(() => terminal?.close())
afterAll(() => place.end())

/** The status line of each process: at the bottom, each once, one row each. */
const NAMES = ['web', 'config-server', '設定', 'a very']
const isStatus = (row: string) =>
  /^ \S.* {2}(waiting|waiting for .|ready|stopping|ended|starts in \d+ s)/.test(row)
function standsAtTheBottom(screen: readonly string[]): boolean {
  const bottom = screen.slice(-NAMES.length)
  return (
    NAMES.every((name, at) => bottom[at]?.startsWith(` ${name}`)) &&
    screen.filter(isStatus).length === NAMES.length
  )
}
const isReady = (screen: readonly string[]) =>
  standsAtTheBottom(screen) && screen.filter(isStatus).every((row) => row.includes('ready'))

async function running(columns: number, rows: number, ...args: readonly string[]): Promise<number> {
  const port = await freePort()
  terminal = new Terminal(columns, rows, place.folder)
  await terminal.until(([first]) => first?.startsWith('$') === true)
  const run = [
    process.execPath,
    join(ROOT, 'bin/sidecar-buildpack'),
    'run',
    droplet,
    '--port',
    String(port),
    '--env-from-shell',
    'PATH',
    ...args,
  ]
  terminal.enter(
    `stty -g > before.txt; clear; TMPDIR=${place.folder} XDG_RUNTIME_DIR=${place.folder} ${run.join(' ')}`,
  )
  return port
}

/** Ends what runs, and looks at what it has left of the terminal. */
async function endsWell(leavesNothing = true): Promise<void> {
  terminal.press('C-c')
  const screen = await terminal.until((rows) => rows.at(-1) === '$')
  if (leavesNothing) expect(screen.filter(isStatus)).toEqual([])
  expect(terminal.cursorIsVisible()).toBe(true)
  terminal.enter('stty -g | cmp - before.txt && echo as before')
  await terminal.until((rows) => rows.includes('as before') && rows.some((row) => row.startsWith('$ stty')))
}

describe.skipIf(lacksTmux)(`run in a terminal${lacksTmux ? ` (skipped: ${lacksTmux})` : ''}`, () => {
  test('shows each process with its pid, state and memory below the log', async () => {
    await running(100, 24)
    const states = ['waiting for a very', 'ready', 'ready', 'waiting']
    await terminal.until(
      (screen) =>
        standsAtTheBottom(screen) &&
        states.every((state, at) => screen.at(at - states.length)?.includes(state)),
    )
    const screen = await terminal.until(isReady)
    const wide = / pid \d+ {2}ready {2}▕[█▏▎▍▌▋▊▉ ]{12}▏\d+ of \d+M$/
    for (const row of screen.filter(isStatus)) expect(row).toMatch(wide)
    expect(screen.at(-3)).toMatch(/ of 64M$/)
    expect(screen.some((row) => /^config-server +\| serving$/.test(row))).toBe(true)
    await endsWell()
  })

  test('keeps one line for each process when the window becomes narrow, flat and wide again', async () => {
    await running(100, 24)
    await terminal.until(isReady)
    for (const [columns, rows] of [
      [60, 24],
      [40, 20],
      [25, 20],
      [40, 15],
      [132, 40],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows)
      await terminal.until((screen) => screen.at(-1)?.startsWith(' a very') === true)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      expect(standsAtTheBottom(await terminal.until(standsAtTheBottom)), terminal.screen().join('\n')).toBe(
        true,
      )
    }
    await endsWell()
  })

  test('stays at the bottom of a log that scrolls fast, and of lines that the user types', async () => {
    const port = await running(80, 24)
    await terminal.until(isReady)
    const answers = Promise.all(Array.from({ length: 20 }, () => fetch(`http://127.0.0.1:${port}`)))
    for (let looks = 0; looks < 20; looks++) {
      expect(terminal.screen().filter(isStatus).length).toBeLessThanOrEqual(NAMES.length)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await answers
    for (const key of ['Enter', 'x', 'Enter', 'Enter']) terminal.press(key)
    await terminal.until(isReady)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await terminal.until(isReady)
    await endsWell()
  })

  test('counts crashes, and down to the restart', async () => {
    await running(100, 24, '--restart-delay', '4s')
    await terminal.until(isReady)
    const [victim] = allProcesses().filter(({ pid }) => commandLine(pid) === 'sleep 3737')
    process.kill(victim?.pid ?? 0, 'SIGKILL')
    await terminal.until(
      (screen) => standsAtTheBottom(screen) && screen.some((row) => /starts in [34] s .*1 crash$/.test(row)),
    )
    await terminal.until((screen) => screen.some((row) => /starts in 1 s/.test(row)))
    await terminal.until((screen) => isReady(screen) && / 1 crash$/.test(screen.at(-4) ?? ''))
    await endsWell()
  })

  test('counts the restarts of a sidecar that the app outlives', async () => {
    await running(100, 24)
    await terminal.until(isReady)
    const pid = () => Number(/ pid (\d+) /.exec(terminal.screen().at(-3) ?? '')?.[1])
    const first = pid()
    process.kill(first, 'SIGKILL')
    await terminal.until((screen) => isReady(screen) && / of 64M +1 restart$/.test(screen.at(-3) ?? ''))
    expect(pid()).not.toBe(first)
    await endsWell()
  })

  test('continues in the background, and returns', async () => {
    await running(100, 24)
    await terminal.until(isReady)
    terminal.press('C-z')
    await terminal.until((screen) => screen.some((row) => row.includes('Stopped')))
    terminal.enter('bg')
    terminal.enter('')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    terminal.enter('jobs > jobs.txt')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(execFileSync('cat', [join(place.folder, 'jobs.txt')], { encoding: 'utf8' })).toContain('Running')
    terminal.enter('fg')
    await terminal.until((screen) => screen.at(-1)?.startsWith(' a very') === true)
    // Not all: what the shell wrote meanwhile stands below the lines that were there then.
    await endsWell(false)
  })

  test('writes plain lines without a terminal, or on request', async () => {
    await running(100, 24, '--no-status')
    await terminal.until((screen) => screen.some((row) => row.endsWith('| serving')))
    expect(terminal.screen().filter(isStatus)).toEqual([])
    await endsWell()
    terminal.close()
    await running(100, 24, '| cat -v')
    const screen = await terminal.until((rows) => rows.some((row) => row.endsWith('OUT serving')))
    expect(screen.filter(isStatus)).toEqual([])
    expect(screen.join('\n')).not.toContain('^[')
    await endsWell()
  })
})
