import { expect, test } from 'vitest'
import { crashEventText, nextCrashCount, PLATFORM_RESTARTS, restartDelay } from '../../src/diego/crash.ts'
import { goDuration } from '../../src/diego/go-duration.ts'

test('the crash event reads as Cloud Controller writes it', () => {
  const text = crashEventText({
    appGuid: '21df1eb8-f25d-43b2-990b-c1a417310553',
    instanceGuid: 'a8db0eed-7371-4805-5ad3-4596',
    cellId: '86808ce7-afc2-47da-9e79-522a62a48cff',
    exitDescription: 'APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137',
    crashCount: 1,
    time: new Date(1_555_544_935_367),
    version: '50892dcb-274d-4cf6-b944-3eda1e000283',
  })
  expect(text).toBe(
    'App instance exited with guid 21df1eb8-f25d-43b2-990b-c1a417310553 payload: {"instance"=>"a8db0eed-7371-4805-5ad3-4596", "index"=>0, "cell_id"=>"86808ce7-afc2-47da-9e79-522a62a48cff", "reason"=>"CRASHED", "exit_description"=>"APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137", "crash_count"=>1, "crash_timestamp"=>1555544935367000000, "version"=>"50892dcb-274d-4cf6-b944-3eda1e000283"}',
  )
})

test('a sidecar name with quotes, backslashes and newlines stays one line of Ruby', () => {
  const event = { appGuid: '', instanceGuid: '', cellId: '', crashCount: 1, time: new Date(0), version: '' }
  expect(crashEventText({ ...event, exitDescription: 'a "b" \\ #{c} # d\ne' })).toContain(
    String.raw`"exit_description"=>"a \"b\" \\ \#{c} # d\ne"`,
  )
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
