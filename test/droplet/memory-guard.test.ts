import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Sidecar } from '../../src/config/sidecar.ts'
import { renderStartScript } from '../../src/droplet/start-script.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { removedAtEnd } from '../support/cleanup.ts'
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

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }

async function start(command: string, more: Partial<Sidecar> = {}): Promise<Running> {
  const guarded = { memory: megabytes(64), memoryGuard: PLACE, restart: { policy: 'on-failure' as const } }
  const staged = stage([[sidecar('leaky', { ...guarded, ...more }), shell(command)]])
  const planned = plan(staged)
  const droplet = removedAtEnd(new ShellDroplet(planned))
  const restartTiming = { firstDelay: 10, longestDelay: 40, goodRun: 10_000 }
  for (const each of staged)
    droplet.write(
      'deps/0/start/leaky',
      withTiming(renderStartScript(each, { index: '0', ports: new Map() }), restartTiming),
      0o755,
    )
  return droplet.start(planned.launch[0]?.command ?? '', platformEnv('web'))
}

async function stopped(running: Running): Promise<void> {
  running.process.kill('SIGTERM')
  await running.ended
}

/** Perl that holds so many MiB of memory of its own. */
const holding = (mebibytes: number) =>
  `perl -e 'vec($x, (${mebibytes} << 20) - 1, 8) = 1; $| = 1; print "up\n"; sleep 60'`
const ups = ({ written }: Running) => written.stdout.match(/^up$/gm)?.length ?? 0

describe.concurrent('the memory guard', () => {
  test('stops and restarts a sidecar that uses more than its memory, saying both figures', async () => {
    const command = `n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n; [ $n = 0 ] || exec ${holding(1)}; exec ${holding(100)}`
    const running = await start(command)
    await until(() => ups(running) === 2)
    const [first = '', second] = running.written.stderr.trimEnd().split('\n')
    const [, used = ''] =
      /^sidecar "leaky": its processes use ([\d.]+) MiB, its memory is 64 MiB; stopping it$/.exec(first) ?? []
    expect(Number(used)).toBeGreaterThan(100)
    expect(Number(used)).toBeLessThan(125)
    expect(second).toBe('sidecar "leaky": exited with status 143; restart 1 in 0.010 s')
    await sleep(2500)
    expect(ups(running)).toBe(2)
    await stopped(running)
  })

  test('adds up descendants, also in another session', async () => {
    const running = await start(`${holding(25)} & setsid ${holding(25)} & (${holding(25)}; true) & sleep 60`)
    await until(() => running.written.stderr.includes('its processes use'))
    // What left its process group still holds the output.
    running.process.kill('SIGTERM')
  })

  test('counts memory that processes share once', async () => {
    const forks = `perl -e 'vec($x, (45 << 20) - 1, 8) = 1; fork; fork; $| = 1; print "up\n"; sleep 60'`
    const running = await start(`exec ${forks}`)
    await until(() => ups(running) === 4)
    await sleep(3000)
    expect(running.written.stderr).toBe('')
    running.process.kill('SIGTERM')
  })

  test('leaves one alone that stays below, and counts no process of another sidecar', async () => {
    const other = await start(holding(100), { memory: megabytes(256) })
    const running = await start(holding(40))
    await until(() => ups(running) + ups(other) === 2)
    await sleep(3000)
    expect([running, other].map(({ written }) => written.stderr)).toEqual(['', ''])
    await stopped(other)
    await stopped(running)
  })

  test('works beside a health check', async () => {
    const health = {
      kind: 'command',
      command: 'true',
      interval: 1000,
      timeout: 500,
      failures: 2,
      grace: 0,
      place: PLACE,
    } as const
    const running = await start(`exec ${holding(100)}`, { health })
    await until(() => running.written.stderr.includes('its processes use'))
    await until(() => ups(running) === 2)
    await stopped(running)
  })

  test('of a sidecar without it, nothing is in its script', async () => {
    const health = {
      kind: 'port',
      port: 81,
      interval: 1000,
      timeout: 500,
      failures: 2,
      grace: 0,
      place: PLACE,
    } as const
    const [file] = plan(stage([[sidecar('x', { health, memory: megabytes(64) }), shell('x')]])).files
    expect(file?.text).not.toMatch(/measure|smaps|__kib/)
    expect(readFileSync(`/proc/${process.pid}/smaps_rollup`, 'utf8')).toMatch(/^Pss: +\d+ kB$/m)
  })
})
