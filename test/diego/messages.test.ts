import { expect, test } from 'vitest'
import { api, dropletMessages, exitLine, sidecarSource } from '../../src/diego/messages.ts'

const event = {
  index: 0,
  appGuid: '21df1eb8-f25d-43b2-990b-c1a417310553',
  instanceGuid: 'a8db0eed-7371-4805-5ad3-4596',
  cellId: '86808ce7-afc2-47da-9e79-522a62a48cff',
  version: '50892dcb-274d-4cf6-b944-3eda1e000283',
}
const crash = { ...event, crashCount: 1, time: new Date(1_555_544_935_367) }

test('the crash event reads as Cloud Controller writes it', () => {
  const exitDescription = 'APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137'
  expect(api.exited({ ...crash, exitDescription })).toBe(
    'App instance exited with guid 21df1eb8-f25d-43b2-990b-c1a417310553 payload: {"instance"=>"a8db0eed-7371-4805-5ad3-4596", "index"=>0, "cell_id"=>"86808ce7-afc2-47da-9e79-522a62a48cff", "reason"=>"CRASHED", "exit_description"=>"APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137", "crash_count"=>1, "crash_timestamp"=>1555544935367000000, "version"=>"50892dcb-274d-4cf6-b944-3eda1e000283"}',
  )
})

test('the readiness event reads as Cloud Controller writes it', () => {
  expect(api.readinessChanged(event, false)).toBe(
    'Process became not ready with guid 21df1eb8-f25d-43b2-990b-c1a417310553 payload: {"instance"=>"a8db0eed-7371-4805-5ad3-4596", "index"=>0, "cell_id"=>"86808ce7-afc2-47da-9e79-522a62a48cff", "ready"=>false, "version"=>"50892dcb-274d-4cf6-b944-3eda1e000283"}',
  )
})

/** Of the crash event. */
function description(exitDescription: string): string {
  return (
    /"exit_description"=>"(.*)", "crash_count"/.exec(api.exited({ ...crash, exitDescription }))?.[1] ?? ''
  )
}

// What Ruby's String#inspect prints, asked of Ruby 3.1.
test.each([
  ['a "b" \\ #{c} #$d #@e # f', String.raw`a \"b\" \\ \#{c} \#$d \#@e # f`],
  ['\n\r\t\f\v\b\x07\x1b', String.raw`\n\r\t\f\v\b\a\e`],
  ['\x00\x01\x1f\x7f\x80', String.raw`\u0000\u0001\u001F\u007F\u0080`],
  ['\u2028\uffff\u0378', String.raw`\u2028\uFFFF\u0378`],
  ['ä 設定 🚀 \u00a0\u200b\ufeff\ue000', 'ä 設定 🚀 \u00a0\u200b\ufeff\ue000'],
])('a description with special characters stays one line of Ruby: %j', (text, printed) => {
  expect(description(text)).toBe(printed)
})

test('a description is cut at 10,000 characters', () => {
  expect(description('🚀'.repeat(10_000))).toBe('🚀'.repeat(10_000))
  expect(description('🚀'.repeat(10_001))).toBe(`${'🚀'.repeat(9988)} (truncated)`)
})

test.each([
  [431, 'Downloaded droplet (431B)'],
  [1024, 'Downloaded droplet (1K)'],
  [1536, 'Downloaded droplet (1.5K)'],
  [12.34 * 1024 ** 2, 'Downloaded droplet (12.3M)'],
  [undefined, 'Downloaded droplet'],
])('a droplet of %s bytes', (bytes, line) => {
  expect(dropletMessages.downloaded(bytes)).toBe(line)
})

test.each([
  [{ killedAfter: undefined, outOfMemory: false }, 'Exit status 137'],
  [
    { killedAfter: 10_000, outOfMemory: true },
    'Exit status 137 (exceeded 10s graceful shutdown interval) (out of memory)',
  ],
])('the line of a process that ended with %j', (end, line) => {
  expect(exitLine(137, end)).toBe(line)
})

test('names are put into capitals as Ruby does it', () => {
  expect(sidecarSource('web', 'straße-ﬁ')).toBe('APP/PROC/WEB/SIDECAR/STRASSE-FI')
})
