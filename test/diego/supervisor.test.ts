import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Cell } from '../../src/diego/cell.ts'
import { PLATFORM_RESTARTS } from '../../src/diego/crash.ts'
import { instanceStatus } from '../../src/diego/status.ts'
import {
  type Supervisor,
  type SupervisorOptions,
  type SupervisorState,
  supervise,
} from '../../src/diego/supervisor.ts'
import { quote } from '../../src/droplet/shell-quote.ts'
import { allProcesses, commandLine } from '../../src/system/proc.ts'
import { aCell, aSpec, makeDroplet, type TestCell } from './cell.ts'

const droplet = makeDroplet({ 'hello.txt': 'from the droplet' })
const running: Supervisor[] = []

function start(
  cell: TestCell,
  spec: Omit<Parameters<typeof aSpec>[0], 'droplet'>,
  options: Partial<SupervisorOptions> = {},
) {
  const supervisor = supervise(aSpec({ droplet, ...spec }), cell, {
    restarts: { ...PLATFORM_RESTARTS, firstDelay: 20, mostDelay: 50, round: 0 },
    mostRestarts: 0,
    onChange: () => undefined,
    ...options,
  })
  running.push(supervisor)
  return supervisor
}

afterEach(async () => {
  for (const supervisor of running.splice(0)) {
    supervisor.stop()
    await supervisor.ended
  }
})

const sidecar = (command: string) => [{ name: 'config-server', command }]
/** Nobody else's: others may run these tests at the same time. */
const SLEEP = `sleep 3131.${process.pid}`
const sleeping = () => allProcesses().filter(({ pid }) => commandLine(pid).endsWith(SLEEP))
const ignoresTerm = "trap '' TERM; echo up; while :; do sleep 0.05; done"

describe('a process that exits ends the instance', () => {
  test('a sidecar killed with -9 is named as the platform names it, and the instance starts again', async () => {
    const cell = aCell()
    const sidecars = sidecar('echo pid $$; exec sleep 60')
    const supervisor = start(cell, { command: 'echo up; exec sleep 60', sidecars }, { mostRestarts: 1 })
    const pid = Number((await cell.line('pid ')).split(' ').pop())
    await cell.line('OUT up')
    process.kill(pid, 'SIGKILL')
    expect(await cell.line('App instance exited')).toMatch(
      /^\[API\] OUT App instance exited with guid app-guid payload: \{"instance"=>"[0-9a-f-]{28}", "index"=>0, "cell_id"=>"cell-1", "reason"=>"CRASHED", "exit_description"=>"APP\/PROC\/WEB\/SIDECAR\/CONFIG-SERVER: Exited with status 137", "crash_count"=>1, "crash_timestamp"=>\d{19}, "version"=>"version-guid"\}$/,
    )
    expect(cell.lines).toContain('[APP/PROC/WEB/SIDECAR/CONFIG-SERVER] OUT Exit status 137')
    expect(cell.lines).toContain('[APP/PROC/WEB] OUT Exit status 143')
    await cell.line('pid ', 2)
    supervisor.stop()
    expect(await supervisor.ended).toBe('stopped')
    expect(readdirSync(cell.containers)).toEqual([])
  })

  test('with status 0 as well, as a codependent step', async () => {
    const cell = aCell()
    await start(cell, { command: 'exec sleep 60', sidecars: sidecar('true') }).ended
    expect(await cell.line('App instance exited')).toContain('"exit_description"=>"Codependent step exited"')
    expect(cell.lines).toContain('[APP/PROC/WEB/SIDECAR/CONFIG-SERVER] OUT Exit status 0')
  })

  test('but one that only hangs does not: a sidecar is watched by its pid alone', async () => {
    const cell = aCell()
    const sidecars = sidecar('echo pid $$; exec sleep 60')
    const states: string[] = []
    start(
      cell,
      { command: 'echo up; exec sleep 60', sidecars },
      { onChange: ({ kind }) => states.push(kind) },
    )
    const pid = Number((await cell.line('pid ')).split(' ').pop())
    await cell.line('OUT up')
    process.kill(pid, 'SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(states.at(-1)).toBe('running')
    process.kill(pid, 'SIGKILL')
    await cell.line('"APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137"')
  })

  test('with the status of the app', async () => {
    const cell = aCell()
    await start(cell, { command: 'exit 3', sidecars: sidecar('exec sleep 60') }).ended
    expect(await cell.line('App instance exited')).toContain('"APP/PROC/WEB: Exited with status 3"')
    expect(cell.lines).toContain('[APP/PROC/WEB/SIDECAR/CONFIG-SERVER] OUT Exit status 143')
  })

  test('one whose environment is too large is reported with the variable', async () => {
    const cell = aCell()
    const services = `{"big":"${'x'.repeat(140_000)}"}`
    await start(cell, { command: 'true', services, sidecars: sidecar('sleep 60') }).ended
    const why = 'argument list too long: VCAP_SERVICES has 140024 bytes, one variable at most 131071'
    expect(cell.lines).toContain(`[APP/PROC/WEB] OUT failed-creating-process: ${why}`)
    expect(await cell.line('App instance exited')).toContain(`"exit_description"=>"${why}`)
    expect(readdirSync(cell.containers)).toEqual([])
  })

  test('one that cannot be started is reported with the reason', async () => {
    const launch: Cell['prepareLaunch'] = async ({ dropletDir }) => ({
      file: '/nothing/here',
      argv: ['here'],
      env: {},
      cwd: dropletDir,
    })
    const cell = aCell({ prepareLaunch: launch })
    await start(cell, { command: 'x' }).ended
    expect(cell.lines.join('\n')).toContain('failed-creating-process: spawn /nothing/here ENOENT')
  })
})

test('a sidecar is awaited from when the app says that its start waits for it until it says that it is ready', async () => {
  const cell = aCell()
  const lines = [
    'The app waits for the sidecar "config-server" (port 1)',
    'The app waits for the sidecar "a (b) \\"c\\"" (http://localhost:1/)',
    'The sidecar "config-server" is ready (port 1)',
    'The sidecar "\\x" is ready (which is no name that we would write)',
    'The sidecar "a (b) \\"c\\"" was not ready, or so somebody else says',
  ]
  const command = [
    'echo "at $PWD"',
    ...lines.map((line) => `until rm go; do sleep 0.02; done 2> /dev/null; echo ${quote(line)} >&2`),
  ]
  const spec = {
    command: [...command, 'exec sleep 60'].join('; '),
    sidecars: [...sidecar('exec sleep 60'), { name: 'a (b) "c"', command: 'exec sleep 60' }],
  }
  let latest: SupervisorState | undefined
  start(cell, spec, { onChange: (state) => (latest = state) })
  const folder = (await cell.line('OUT at ')).split(' at ')[1]
  const awaited: string[] = []
  for (const line of lines) {
    writeFileSync(`${folder}/go`, '')
    await cell.line(line)
    const statuses = latest ? instanceStatus(aSpec({ droplet, ...spec }), latest) : []
    const waiting = statuses.filter(({ kind, state }) => kind === 'sidecar' && state === 'waiting')
    awaited.push(waiting.map(({ name }) => name).join(', '))
  }
  expect(awaited).toEqual([
    'config-server',
    'config-server, a (b) "c"',
    'a (b) "c"',
    'a (b) "c"',
    'a (b) "c"',
  ])
})

describe('a file that is not a droplet', () => {
  test.each([
    ['is no archive at all', 'x', 'cannot be unpacked as a droplet'],
    [
      'holds something else',
      { 'server.js': '' },
      'cannot be unpacked as a droplet: it contains no directory app',
    ],
  ])('is refused at once, not started again and again: one that %s', async (_, content, why) => {
    const file = join(mkdtempSync(join(tmpdir(), 'no-droplet-')), 'x.tgz')
    if (typeof content === 'string') writeFileSync(file, gzipSync(content))
    else {
      for (const [name, text] of Object.entries(content)) writeFileSync(join(dirname(file), name), text)
      execFileSync('tar', ['-czf', file, '-C', dirname(file), ...Object.keys(content)])
    }
    const cell = aCell()
    const supervisor = supervise(aSpec({ droplet: file, command: 'true' }), cell, {
      restarts: PLATFORM_RESTARTS,
      mostRestarts: 0,
      onChange: () => undefined,
    })
    await expect(supervisor.ended).rejects.toThrow(why)
    expect(readdirSync(cell.containers)).toEqual([])
    rmSync(dirname(file), { recursive: true })
  })
})

describe('what a process writes', () => {
  test('may go through /dev/stdout and /dev/stderr, as on the platform', async () => {
    const cell = aCell()
    await start(cell, { command: 'echo out > /dev/stdout; echo err > /dev/stderr; exit 3' }).ended
    expect(cell.lines).toEqual(expect.arrayContaining(['[APP/PROC/WEB] OUT out', '[APP/PROC/WEB] ERR err']))
  })
})

describe('what does not end in time is killed', () => {
  test("a process that ignores SIGTERM, said in the platform's words", async () => {
    const cell = aCell()
    await start(cell, { command: ignoresTerm, sidecars: sidecar('sleep 0.3; exit 1') }).ended
    expect(cell.lines).toContain(
      '[APP/PROC/WEB] OUT Exit status 137 (exceeded 300ms graceful shutdown interval)',
    )
    expect(await cell.line('App instance exited')).toContain(
      '"exit_description"=>"APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 1"',
    )
  })

  test('SIGTERM goes to the process itself, not to its group', async () => {
    const cell = aCell()
    const child = `bash -c "trap 'echo child got TERM' TERM; while :; do sleep 0.05; done" &`
    const command = `trap 'echo parent got TERM; sleep 0.2; exit 0' TERM; ${child} echo up; wait`
    const supervisor = start(cell, { command })
    await cell.line('OUT up')
    supervisor.stop()
    await supervisor.ended
    expect(cell.lines).toContain('[APP/PROC/WEB] OUT parent got TERM')
    expect(cell.lines.join('\n')).not.toContain('child got TERM')
  })

  test.each([
    ['left its process group', `setsid ${SLEEP} &`],
    ['emptied its environment', `env -i ${SLEEP} &`],
    ['lost its parent and ignores hangups', `(nohup setsid ${SLEEP} >/dev/null 2>&1 &);`],
  ])('a child that %s', async (_, command) => {
    const cell = aCell()
    const supervisor = start(cell, { command: `${command} sleep 0.1; echo up; exec sleep 60` })
    await cell.line('OUT up')
    expect(sleeping()).toHaveLength(1)
    supervisor.stop()
    await supervisor.ended
    expect(sleeping()).toEqual([])
  })

  test('everything, at once, when asked a second time', async () => {
    const cell = aCell({ gracefulShutdown: 60_000 })
    const supervisor = start(cell, { command: ignoresTerm })
    await cell.line('OUT up')
    supervisor.stop()
    supervisor.stop()
    expect(await supervisor.ended).toBe('stopped')
    expect(cell.lines).toContain('[APP/PROC/WEB] OUT Exit status 137')
  })
})

describe('restarts', () => {
  test('happen each in a fresh container with the droplet unpacked anew', async () => {
    const cell = aCell()
    const command = 'cat hello.txt; echo; echo changed > hello.txt; ls; touch left-over; exit 1'
    await start(cell, { command }, { mostRestarts: 2 }).ended
    const own = cell.lines.filter((line) => line.startsWith('[APP/PROC/WEB]'))
    expect(own.filter((line) => line.endsWith('from the droplet'))).toHaveLength(3)
    expect(own.join('\n')).not.toMatch(/changed|left-over/)
  })

  test('an error of ours leaves nothing behind', async () => {
    const cell = aCell()
    const onChange = () => {
      if (cell.lines.some((line) => line.includes('Exit status'))) throw new Error('ours')
    }
    const supervisor = start(cell, { command: `${SLEEP} > /dev/null 2>&1 & sleep 0.2` }, { onChange })
    running.pop()
    await expect(supervisor.ended).rejects.toThrow('ours')
    expect(readdirSync(cell.containers)).toEqual([])
    expect(sleeping()).toEqual([])
  })

  test('end when none is left', async () => {
    const cell = aCell()
    expect(await start(cell, { command: 'exit 1' }, { mostRestarts: 3 }).ended).toBe('crashed')
    const events = cell.lines.filter((line) => line.includes('App instance exited'))
    expect(events.map((line) => /"crash_count"=>(\d+)/.exec(line)?.[1])).toEqual(['1', '2', '3', '4'])
  })

  test.each([
    ['forward', 24 * 3_600_000],
    ['back', -24 * 3_600_000],
  ])('count and come as before when the time of the machine is put %s', async (_, jump) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const cell = aCell()
      const supervisor = start(cell, { command: 'echo up; sleep 0.1; exit 1' }, { mostRestarts: 2 })
      for (let starts = 1; starts <= 3; starts++) {
        await cell.line('OUT up', starts)
        vi.setSystemTime(Date.now() + jump)
      }
      expect(await supervisor.ended).toBe('crashed')
      const events = cell.lines.filter((line) => line.includes('App instance exited'))
      expect(events.map((line) => /"crash_count"=>(\d+)/.exec(line)?.[1])).toEqual(['1', '2', '3'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('a stop while one is waited for ends the waiting', async () => {
    const cell = aCell()
    const restarts = { ...PLATFORM_RESTARTS, immediate: 0 }
    const supervisor = start(cell, { command: 'exit 1' }, { mostRestarts: 9, restarts })
    await cell.line('successfully destroyed')
    supervisor.stop()
    expect(await supervisor.ended).toBe('stopped')
  })

  test('fifty crashes leave no process, descriptor or container behind', async () => {
    const cell = aCell()
    const options = { mostRestarts: 49, restarts: { ...PLATFORM_RESTARTS, immediate: 1000 } }
    const descriptors = () => readdirSync('/proc/self/fd').length
    await start(aCell(), { command: 'exit 1' }).ended
    const before = descriptors()
    const sidecars = sidecar(`exec ${SLEEP}`)
    await start(cell, { command: `setsid ${SLEEP} >/dev/null 2>&1 & exit 1`, sidecars }, options).ended
    expect(cell.lines.filter((line) => line.includes('App instance exited'))).toHaveLength(50)
    expect(readdirSync(cell.containers)).toEqual([])
    expect(descriptors()).toBeLessThanOrEqual(before + 2)
    expect(sleeping()).toEqual([])
  }, 120_000)
})
