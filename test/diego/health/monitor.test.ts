import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { untilHealthy, whilePassing } from '../../../src/diego/health/monitor.ts'
import { freePort } from '../../support/free-port.ts'

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

test('what an app sends behind its answers stands before the reason', async () => {
  let asked = 0
  const server = createServer((socket) => {
    socket.once('data', () => {
      const status = ++asked % 3 === 0 ? 503 : 200
      socket.end(`HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n\r\nhello`)
    })
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const check = { kind: 'http' as const, endpoint: '/', invocationTimeout: 1000, interval: 20 }
  const target = { ...check, address: () => '127.0.0.1', port }
  try {
    expect(await untilHealthy(target, { timeout: 5000, interval: 20 }, never())).toBeUndefined()
    expect(await whilePassing(target, never())).toMatch(
      /^(\S+ \S+ Unsolicited response .*"llo".*\n){2}Liveness check unsuccessful: .*status code 503 in \d+ms$/,
    )
    asked = 2
    expect(await untilHealthy(target, { timeout: 30, interval: 40 }, never())).toMatch(
      /^\S+ \S+ Unsolicited response .*"llo".*\nTimed out after 30ms \(1 attempts\) .*status code 503 in \d+ms$/,
    )
  } finally {
    server.close()
  }
})
