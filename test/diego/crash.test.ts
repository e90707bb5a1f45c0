import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nextCrashCount, PLATFORM_RESTARTS, restartDelay, restartTime } from '../../src/diego/crash.ts'
import { goDuration } from '../../src/platform/go/duration.ts'

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'data', 'running', 'restart-delays.json'), 'utf8'),
) as { crash_reset_timeout_seconds: number; rows: readonly { crash_count: number; seconds: number }[] }

test("the delays are those of BBS's restart calculator", () => {
  const rows = recorded.rows.filter(({ seconds }) => seconds >= 0)
  expect(rows.length).toBeGreaterThan(10)
  for (const { crash_count, seconds } of rows)
    expect(restartDelay(crash_count, PLATFORM_RESTARTS)).toBe(seconds * 1000)
  expect(PLATFORM_RESTARTS.resetAfter).toBe(recorded.crash_reset_timeout_seconds * 1000)
})

test.each([
  [1, 0],
  [2, 0],
  [3, 30_000],
  [4, 60_000],
  [5, 120_000],
  [8, 960_000],
  [9, 960_000],
  [199, 960_000],
])('after crash %i the platform waits %i ms', (crashes, delay) => {
  expect(restartDelay(crashes, PLATFORM_RESTARTS)).toBe(delay)
})

test.each([
  [1000, 1, 1000],
  [1740, 3, 60_000],
  [29_000, 3, 60_000],
  [31_000, 3, 90_000],
  [60_500, 4, 150_000],
])('a crash after %i ms, the one with count %i, is followed by a start at %i ms', (time, count, start) => {
  expect(restartTime(time, count, PLATFORM_RESTARTS)).toBe(start)
  expect(restartTime(time, count, { ...PLATFORM_RESTARTS, round: 0 })).toBe(
    time + restartDelay(count, PLATFORM_RESTARTS),
  )
})

test('the count begins anew after more than five healthy minutes', () => {
  expect(nextCrashCount(4, undefined, PLATFORM_RESTARTS)).toBe(5)
  expect(nextCrashCount(4, 300_000, PLATFORM_RESTARTS)).toBe(5)
  expect(nextCrashCount(4, 300_001, PLATFORM_RESTARTS)).toBe(1)
})

test.each([
  [0, '0s'],
  [300, '300ms'],
  [10_000, '10s'],
  [60_000, '1m0s'],
  [60_005, '1m0.005s'],
  [3_600_000, '1h0m0s'],
])('%i ms reads %s', (milliseconds, text) => {
  expect(goDuration(milliseconds)).toBe(text)
})
