import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { machineAddress } from '../../../src/diego/cell.ts'
import { createCgroup } from '../../../src/diego/memory/cgroup.ts'
import { megabytes } from '../../../src/platform/memory-size.ts'
import { temporaryFolder } from '../../support/files.ts'
import {
  type ComparedLog,
  observedLogs,
  observedReasons,
  observedSignals,
  recordedLogs,
  recordedReasons,
  recordedSignals,
} from './comparison.ts'
import { RACES } from './races.ts'
import { type RecordedCase, readCases } from './recorded-case.ts'
import { replay, TEST_APP } from './replay.ts'

const folder = temporaryFolder()
for (const each of ['app', 'deps', 'profile.d', 'logs', 'tmp'])
  mkdirSync(join(folder, 'droplet', each), { recursive: true })
copyFileSync(TEST_APP, join(folder, 'droplet', 'app', basename(TEST_APP)))
const droplet = join(folder, 'droplet.tgz')
execFileSync('tar', ['-czf', droplet, '-C', join(folder, 'droplet'), '.'])

const cases = readCases()

test('all cases are here', () => {
  expect(cases).toHaveLength(98)
})

/** Why a case cannot be replayed on this machine. */
function missing({ name, platform }: RecordedCase): string | undefined {
  if (name === 'port-loopback-only' && machineAddress() === '127.0.0.1')
    return 'this machine has no IPv4 address but the loopback one'
  if (!platform.memory_limit_held) return undefined
  if (!hasPython) return 'needs python3'
  return hasCgroup ? undefined : 'needs a cgroup'
}

const hasPython = (() => {
  try {
    execFileSync('python3', ['--version'])
    return true
  } catch {
    return false
  }
})()

const hasCgroup = (() => {
  const cgroup = createCgroup(`probe-${process.pid}`, megabytes(64), () => undefined)
  void cgroup?.remove()
  return cgroup !== undefined
})()

describe.concurrent('a recorded case is replayed with the same log, signals, times and crash reasons', () => {
  for (const recorded of cases) {
    const { name, what } = recorded
    const race = RACES[name]
    const settled = (reasons: readonly string[]) => race?.settle(reasons, '') ?? reasons
    const reason = missing(recorded)
    test.skipIf(reason !== undefined)(
      `${name}: ${what}${race ? ` (race: ${race.why})` : ''}${reason ? ` (skipped: ${reason})` : ''}`,
      async () => {
        const observed = await replay(recorded, droplet)
        expect(settled(observedReasons(observed))).toEqual(settled(recordedReasons(recorded)))
        const [logs, wanted] = [observedLogs(observed), recordedLogs(recorded)]
        expect(logs.map(linesOf(recorded))).toEqual(wanted.map(linesOf(recorded)))
        expect(observedSignals(observed)).toEqual(recordedSignals(recorded))
        for (const [at, log] of logs.entries()) expect(lateness(log, wanted[at], recorded)).toEqual([])
      },
    )
  }
})

function linesOf({ name }: RecordedCase): (log: ComparedLog) => Record<string, readonly string[]> {
  return (log) =>
    Object.fromEntries(
      [...log].map(([source, lines]) => {
        const texts = lines.map(({ line }) => line)
        return [source, RACES[name]?.settle(texts, source) ?? texts]
      }),
    )
}

/**
 * Lines that came too early, or later than a busy machine explains: after the app's start, to which making a container does
 * not count, and before the container's end.
 */
function lateness(
  log: ComparedLog,
  wanted: ComparedLog | undefined,
  { platform }: RecordedCase,
): readonly string[] {
  const [began, wantedBegan] = [log, wanted].map(appStart)
  if (began === undefined || wantedBegan === undefined) return []
  // The recorder also waited for new certificates when the proxy was closed.
  const early = platform.envoy ? 2500 : 700
  const late = 5000
  return [...log].flatMap(([source, lines]) =>
    lines.flatMap(({ ms, line }, at) => {
      const expected = wanted?.get(source)?.[at]
      if (expected?.line !== line || expected.ms < wantedBegan || line.includes('destroyed')) return []
      const difference = Math.round(ms - began - (expected.ms - wantedBegan))
      return difference < -early || difference > late ? [`${source} ${line}: ${difference} ms`] : []
    }),
  )
}

/** The last line of the cell before it. */
function appStart(log: ComparedLog | undefined): number | undefined {
  return log?.get('CELL')?.findLast(({ line }) => /Downloaded|successfully created/.test(line))?.ms
}
