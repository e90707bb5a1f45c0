import { expect, test } from 'vitest'
import { untilHealthy } from '../../../src/diego/health/monitor.ts'

const NOTHING_LISTENS = 9
const never = () => new AbortController().signal

// A race in the platform's program too, which the end wins nine times of ten.
test('of a tick and the end of the time that come together, the end is seen', async () => {
  const check = { kind: 'port' as const, endpoint: '/', invocationTimeout: 1000, interval: 1000 }
  const target = { ...check, address: () => '127.0.0.1', port: NOTHING_LISTENS }
  const failures = await Promise.all(
    Array.from({ length: 20 }, () => untilHealthy(target, { timeout: 300, interval: 100 }, never())),
  )
  for (const failure of failures) expect(failure).toMatch(/^Timed out after 300ms \([123] attempts\) /)
})
