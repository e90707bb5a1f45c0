import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import type { Sidecar } from '../../../src/config/sidecar.ts'
import { plan, platformEnv, ShellDroplet, shell, sidecar, stage } from '../../droplet/shell-droplet.ts'

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
}

/** How many of the tries do not end after `end`, which sends SIGTERM. */
async function lost(more: Partial<Sidecar>, end: (pid: number) => Promise<void>, ready: boolean) {
  const planned = plan(stage([[sidecar('x', more), shell('echo up; exec sleep 60')]]))
  for (const { path, text, mode } of planned.files) droplet.write(path, text, mode)
  const attempt = async () => {
    const running = await droplet.start(planned.launch[0]?.command ?? '', platformEnv('web'))
    while (ready && !running.written.stdout.includes('up\n')) await sleep(2)
    await end(running.process.pid ?? 0)
    const late = new AbortController()
    const ended = running.ended.then(() => 0)
    const outcome = await Promise.race([ended, sleep(LATE, 1, { signal: late.signal })])
    late.abort()
    if (outcome) running.process.kill('SIGKILL')
    return outcome
  }
  let left = TRIES
  let sum = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) sum += await attempt()
    }),
  )
  return sum
}

const record = (measure: string, value: number) =>
  measured({ area: 'processes', measure, value, unit: 'lost', atMost: 0, beside: `${TRIES} tries` })

test.each(Object.entries(SUPERVISED))(
  '%s: SIGTERM is not lost, though other signals arrive in the same moment',
  async (name, more) => {
    const together = await lost(
      more,
      async (pid) => {
        // Stopped, it finds all of them waiting when it goes on.
        for (const each of ['SIGSTOP', 'SIGWINCH', 'SIGUSR2', 'SIGHUP', 'SIGTERM', 'SIGCONT'] as const)
          process.kill(pid, each)
      },
      true,
    )
    expect(record(`${name}: SIGTERM together with WINCH, USR2 and HUP`, together)).toBe(true)
    const after = await lost(
      more,
      async (pid) => {
        process.kill(pid, 'SIGWINCH')
        await sleep(Math.random() * 2)
        process.kill(pid, 'SIGTERM')
      },
      true,
    )
    expect(record(`${name}: SIGTERM within 2 ms of WINCH`, after)).toBe(true)
  },
)

test.each(Object.entries(SUPERVISED))('%s: SIGTERM is not lost while it starts', async (name, more) => {
  const early = await lost(
    more,
    async (pid) => {
      await sleep(Math.random() * 40)
      process.kill(pid, 'SIGTERM')
    },
    false,
  )
  expect(record(`${name}: SIGTERM in the first 40 ms`, early)).toBe(true)
})
