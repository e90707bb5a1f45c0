import { describe, expect, it } from 'vitest'
import type { Health, Readiness } from '../../src/config/sidecar.ts'
import { describeHealth, describeReadiness, describeStarted } from '../../src/plan/checks.ts'
import { sidecar, template } from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const PORT = { kind: 'port', port: 8082 } as const
const HTTP = { kind: 'http', url: 'http://localhost:8082/up?key=s3cret' } as const
const SOCKET = { kind: 'socket', socket: template('$TMPDIR/x') } as const
const health = (check: object, more: Partial<Health> = {}) =>
  ({ ...check, interval: 30_000, timeout: 1000, failures: 3, grace: 60_000, place: PLACE, ...more }) as Health
const waitFor = (check: object, timeout: number) => ({ ...check, timeout, place: PLACE }) as Readiness

describe('a check', () => {
  it.each([
    [PORT, 30_000, 'port 8082 accepts connections (at most 30 s)'],
    [HTTP, 1500, 'http://localhost:8082/up answers with a 2xx status (at most 1500 ms)'],
    [SOCKET, 1000, 'socket $TMPDIR/x accepts connections (at most 1 s)'],
  ])('of wait_for: %j', (check, timeout, text) => {
    expect(describeReadiness(waitFor(check, timeout))).toBe(text)
  })

  const TIMES = 'every 30 s, timeout 1 s, grace 60 s; unhealthy after 3 failures'
  it.each([
    [PORT, `port 8082 accepts connections (${TIMES}; does not notice a hang)`],
    [SOCKET, `socket $TMPDIR/x accepts connections (${TIMES}; does not notice a hang)`],
    [HTTP, `http://localhost:8082/up answers with a 2xx status (${TIMES}; notices a hang)`],
    [{ kind: 'command', command: 'ping x' }, `ping x exits with status 0 (${TIMES}; notices a hang)`],
  ])('of health: %j', (check, text) => {
    expect(describeHealth(health(check))).toBe(text)
  })

  it('of health has its own times', () => {
    expect(describeHealth(health(PORT, { interval: 500, timeout: 250, failures: 1, grace: 1001 }))).toBe(
      'port 8082 accepts connections (every 500 ms, timeout 250 ms, grace 1001 ms; unhealthy after 1 failure; does not notice a hang)',
    )
  })

  it.each([
    [
      'wait_for',
      { waitFor: waitFor(PORT, 5000), health: health(HTTP) },
      'port 8082 accepts connections (at most 5 s)',
    ],
    ['health', { health: health(SOCKET) }, 'socket $TMPDIR/x accepts connections once'],
    ['nothing', {}, 'it has started'],
  ])('for the sidecars after it: %s', (_, more, text) => {
    expect(describeStarted(sidecar('a', more))).toBe(text)
  })
})
