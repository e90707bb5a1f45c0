import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import type { Sidecar } from '../../../src/config/sidecar.ts'
import { renderStartScript } from '../../../src/droplet/start-script.ts'
import {
  plan,
  platformEnv,
  type RestartTiming,
  type Running,
  ShellDroplet,
  shell,
  sidecar,
  stage,
  withTiming,
} from '../../support/shell-droplet.ts'

const TRIES = count(40, 400)
const AT_ONCE = 4
/** Far more than an ending needs, far less than the platform's ten seconds, after which it kills. */
const LATE = 5000

const droplet = new ShellDroplet()
afterAll(() => droplet.remove())

const SUPERVISED: Readonly<Record<string, Partial<Sidecar>>> = {
  restart: { restart: { policy: 'always' } },
  // Not QUIT, which the bash of `command` ignores until it has become the program.
  stop: { stop: { signal: 'USR1', delay: 0 } },
  health: {
    health: {
      ...{ kind: 'port', port: 9, interval: 1000, timeout: 1000, failures: 1, grace: 3_600_000 },
      place: { file: 'sidecars.yml', line: 1, column: 1 },
    },
  },
}

function write(command: string, more: Partial<Sidecar>, restartTiming?: RestartTiming): string {
  const staged = stage([[sidecar('x', more), shell(command)]])
  for (const each of staged) {
    const script = renderStartScript(each, { index: '0', ports: new Map() })
    droplet.write('deps/0/start/x', restartTiming ? withTiming(script, restartTiming) : script, 0o755)
  }
  return plan(staged).launch[0]?.command ?? ''
}

/** Records how many of the tries do not end after `terminate`, which sends SIGTERM. */
async function noneLost(
  what: string,
  start: string,
  terminate: (running: Running, send: (...signals: NodeJS.Signals[]) => void) => Promise<void>,
): Promise<boolean> {
  const attempt = async () => {
    const running = await droplet.start(start, platformEnv('web'))
    await terminate(running, (...signals) => {
      for (const each of signals) running.process.kill(each)
    })
    const late = new AbortController()
    const ended = running.ended.then(() => 0)
    const outcome = await Promise.race([ended, sleep(LATE, 1, { signal: late.signal })])
    late.abort()
    if (outcome) running.process.kill('SIGKILL')
    return outcome
  }
  let left = TRIES
  let lost = 0
  const oneAfterTheOther = async () => {
    while (left-- > 0) lost += await attempt()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, oneAfterTheOther))
  const figure = { value: lost, unit: 'lost', atMost: 0, beside: `${TRIES} tries` }
  return measured({ area: 'processes', measure: `SIGTERM, ${what}`, ...figure })
}

async function said(words: string, { written }: Running): Promise<void> {
  while (!`${written.stdout}${written.stderr}`.includes(words)) await sleep(2)
}

/** Until the sidecar is the program: the bash before it may take a signal and forget it in its own `exec`. */
async function sleeping({ process: { pid } }: Running): Promise<void> {
  for (; ; await sleep(2)) {
    try {
      const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
      if (readFileSync(`/proc/${child}/comm`, 'utf8') === 'sleep\n') return
    } catch {
      // not yet there, or gone meanwhile
    }
  }
}

test.each(Object.entries(SUPERVISED))(
  '%s: SIGTERM is not lost, though other signals arrive in the same moment',
  async (name, more) => {
    const start = write('exec sleep 60', more)
    const together = await noneLost(`${name}, with WINCH, USR2 and HUP`, start, async (running, send) => {
      await sleeping(running)
      // Stopped, it finds all of them waiting when it goes on.
      send('SIGSTOP', 'SIGWINCH', 'SIGUSR2', 'SIGHUP', 'SIGTERM', 'SIGCONT')
    })
    const after = await noneLost(`${name}, within 2 ms of WINCH`, start, async (running, send) => {
      await sleeping(running)
      send('SIGWINCH')
      await sleep(Math.random() * 2)
      send('SIGTERM')
    })
    expect([together, after]).toEqual([true, true])
  },
)

test.each(Object.entries(SUPERVISED))('%s: SIGTERM is not lost while it starts', async (name, more) => {
  const start = write('exec sleep 60', more)
  const early = await noneLost(`${name}, in the first 40 ms`, start, async (_, send) => {
    await sleep(Math.random() * 40)
    send('SIGTERM')
  })
  expect(early).toBe(true)
})

test('restart: SIGTERM is not lost while the sidecar ends again and again', async () => {
  const quick = { firstDelay: 1, longestDelay: 1, goodRun: 60_000 }
  const start = write('exec false', { restart: { policy: 'on-failure' } }, quick)
  const amid = await noneLost('amid quick restarts', start, async (running, send) => {
    await said('restart 3 ', running)
    await sleep(Math.random() * 20)
    send('SIGTERM')
  })
  expect(amid).toBe(true)
})
