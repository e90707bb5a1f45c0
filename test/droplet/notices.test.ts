/** The lines of the start scripts that `run` recognises in what a sidecar and an app print. */
import { expect, it } from 'vitest'
import { isRestartNotice, waitNotice } from '../../src/droplet/notices.ts'

it.each([
  ['sidecar log-shipper: exited with status 1; restart 1 in 1 s', true],
  ['sidecar a b: exited with status 137; restart 12 of 15 in 0.25 s', true],
  ['sidecar a: exited with status 1; restart 1 in 1 s, says the app', false],
  ['the sidecar a: exited with status 1; restart 1 in 1 s', false],
  ['sidecar a: exited with status none; restart 1 in 1 s', false],
  ['sidecar a: exited with status 1; restart never in 1 s', false],
  ['sidecar a: exited with status 1; restart 1 of all in 1 s', false],
  ['sidecar a: exited with status 1; restart 1 in no s', false],
])('%j is the notice of a restart: %s', (line, is) => {
  expect(isRestartNotice(line)).toBe(is)
})

it.each([
  [
    'The app waits for the sidecar "config-server" (port 8082)',
    { quotedName: '"config-server"', isReady: false, condition: 'port 8082' },
  ],
  [
    'The sidecar "a \\"b\\"" is ready (socket /tmp/a.sock) after 1 s',
    { quotedName: '"a \\"b\\""', isReady: true, condition: 'socket /tmp/a.sock' },
  ],
  ['The sidecar "a" is ready ()', { quotedName: '"a"', isReady: true, condition: '' }],
  ['The sidecar "a" (port 1)', undefined],
  ['The app waits for the sidecar "a" is ready (port 1)', undefined],
  ['The app waits for the sidecar a (port 1)', undefined],
  ['web: The sidecar "a" is ready (port 1)', undefined],
  ['The app listens on port 8080', undefined],
])('%j is read as the notice of a wait', (line, notice) => {
  expect(waitNotice(line)).toEqual(notice)
})
