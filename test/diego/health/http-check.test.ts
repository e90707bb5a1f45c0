import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { httpCheck } from '../../../src/diego/health/http-check.ts'
import { freePort } from '../../support/free-port.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that sends these bytes; what it was asked is kept. */
async function serve(answer: (request: string) => string, options: { readonly hold?: true } = {}) {
  const asked: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => {
      asked.push(String(bytes))
      socket.write(answer(String(bytes)))
      if (!options.hold) socket.end()
      else setTimeout(() => socket.destroy(), 1000)
    })
  })
  servers.push(server)
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { port, asked }
}

const never = new AbortController().signal
const check = (port: number, endpoint = '/', invocationTimeout = 400) => {
  const address = () => '127.0.0.1'
  const target = { kind: 'http' as const, address, port, endpoint, invocationTimeout, interval: 1000 }
  return httpCheck(target, never)
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const head = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`

test('the request has the headers of the platform', async () => {
  const { port, asked } = await serve(() => ok)
  expect(await check(port, '/health?a=b&c=%20#part')).toBeUndefined()
  expect(asked).toEqual([
    head(
      'GET /health?a=b&c=%20 HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'User-Agent: diego-healthcheck',
      'X-Forwarded-Proto: https',
      'Accept-Encoding: gzip',
    ),
  ])
})

// What Go's net/http takes, whatever RFC 9112 says.
test.each([
  ['newlines without returns', 'HTTP/1.1 200 OK\nX: 1\n\n'],
  ['no reason phrase', head('HTTP/1.1 200')],
  ['several blanks before the status', head('HTTP/1.1   200 OK')],
  ['another version', head('HTTP/2.0 200 OK')],
  ['a blank in a header name', head('HTTP/1.1 200 OK', 'X Odd: 1')],
  ['a folded header', head('HTTP/1.1 200 OK', 'X: 1', '  2', '\t3')],
  ['bytes beyond ASCII in a header', head('HTTP/1.1 200 OK', 'X: äöü')],
  ['equal lengths', `${head('HTTP/1.1 200 OK', 'Content-Length: 2', 'Content-Length: 2')}ab`],
  [
    'a length beside chunks',
    `${head('HTTP/1.1 200 OK', 'Content-Length: 7', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  ],
  ['broken chunks', `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}zz\r\n`],
  ['an unknown encoding by HTTP/1.0', head('HTTP/1.0 200 OK', 'Transfer-Encoding: gzip')],
  ['twenty informational answers', 'HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n'.repeat(20) + ok],
  ['the largest length', `${head('HTTP/1.1 200 OK', 'Content-Length: 9223372036854775807')}ab`],
  ['a shorter body than promised', `${head('HTTP/1.1 200 OK', 'Content-Length: 9')}ab`],
])('an answer with %s is healthy', async (_, answer) => {
  const { port } = await serve(() => answer)
  expect(await check(port)).toBeUndefined()
})

test.each([
  ['two lengths', head('HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2')],
  ['a length that is not a number', head('HTTP/1.1 200 OK', 'Content-Length: -1')],
  [
    'a length beside chunks that is not a number',
    `${head('HTTP/1.1 200 OK', 'Content-Length: x', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  ],
  ['an unknown transfer encoding', head('HTTP/1.1 200 OK', 'Transfer-Encoding: gzip')],
  ['a header without a colon', head('HTTP/1.1 200 OK', 'X')],
  ['a header name with a slash', head('HTTP/1.1 200 OK', 'X/Y: 1')],
  ['a NUL in a header', head('HTTP/1.1 200 OK', 'X: \0')],
  ['a first header that begins with a blank', head('HTTP/1.1 200 OK', ' X: 1')],
  ['a status of two digits', head('HTTP/1.1 20 OK')],
  ['a status of four digits', head('HTTP/1.1 2000 OK')],
  ['a version of two digits', head('HTTP/1.10 200 OK')],
  ['no status line', 'hello\r\n\r\n'],
  ['no end of its headers', 'HTTP/1.1 200 OK\r\nX: 1\r\n'],
  ['a broken informational answer', `${head('HTTP/1.1 100 Continue', 'X')}${ok}`],
  ['a header without a name', head('HTTP/1.1 200 OK', ': 1')],
  ['a length beyond int64', head('HTTP/1.1 200 OK', 'Content-Length: 9223372036854775808')],
  [
    'a length behind its chunks',
    `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Trailer: X, Content-Length')}0\r\n\r\n`,
  ],
  ['nothing at all', ''],
])('an answer with %s is taken for a refused connection', async (_, answer) => {
  const { port } = await serve(() => answer)
  expect(await check(port)).toBe(`failed to make HTTP request to '/' on port ${port}: connection refused`)
})

test.each([
  ['101', 101],
  ['204', 204],
  ['206', 206],
  ['503', 503],
  ['999', 999],
])('status %s is not healthy', async (status, code) => {
  const { port } = await serve(() => head(`HTTP/1.1 ${status} x`, 'Content-Length: 0'))
  expect(await check(port)).toMatch(new RegExp(`received status code ${code} in \\d+ms$`))
})

describe('time', () => {
  test('ends the check while headers are missing', async () => {
    const { port } = await serve(() => 'HTTP/1.1 200 OK\r\nX: 1\r\n', { hold: true })
    expect(await check(port)).toContain('timed out after 0.40 seconds')
  })

  test('ends the reading of a body, which does not matter', async () => {
    const { port } = await serve(() => head('HTTP/1.1 200 OK'), { hold: true })
    const started = performance.now()
    expect(await check(port)).toBeUndefined()
    expect(performance.now() - started).toBeGreaterThan(350)
  })

  test('is not spent when the body has its length, or its last chunk', async () => {
    const bodies = [
      `${head('HTTP/1.1 200 OK', 'Content-Length: 2')}ab`,
      `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}2;x=y\r\nab\r\n0\r\nTrailer: 1\r\n\r\n`,
    ]
    for (const body of bodies) {
      const { port } = await serve(() => body, { hold: true })
      const started = performance.now()
      expect(await check(port, '/', 5000)).toBeUndefined()
      expect(performance.now() - started).toBeLessThan(900)
    }
  })
})

describe('redirects', () => {
  const to = (location: string, status = 302) =>
    head(`HTTP/1.1 ${status} Found`, `Location: ${location}`, 'Content-Length: 0')

  test.each([
    ['/ok', '/ok'],
    ['ok?x=1', '/a/ok?x=1'],
    ['../ok', '/ok'],
    ['./ok/../better', '/a/better'],
    ['?y=2', '/a/b?y=2'],
    ['///ok', '///ok'],
  ])('to %s are followed to %s', async (location, path) => {
    const { port, asked } = await serve((request) =>
      request.startsWith('GET /a/b HTTP') ? to(location) : ok,
    )
    expect(await check(port, '/a/b')).toBeUndefined()
    expect(asked[1]).toContain(`GET ${path} HTTP/1.1`)
  })

  test('without end are taken for a refused connection, after ten requests', async () => {
    const { port, asked } = await serve(() => to('/'))
    expect(await check(port, '/', 5000)).toContain('connection refused')
    expect(asked).toHaveLength(10)
  })

  test.each(['http://[::1', 'ftp://127.0.0.1/', 'http:///x', '/%zz', '8080:x', 'http://127.0.0.1:99999/'])(
    'to %s are taken for a refused connection',
    async (location) => {
      const { port } = await serve(() => to(location, 301))
      expect(await check(port)).toContain('connection refused')
    },
  )

  test('say where they come from', async () => {
    const { port, asked } = await serve((request) => (request.startsWith('GET /a ') ? to('/ok') : ok))
    expect(await check(port, '/a')).toBeUndefined()
    expect(asked[1]).toContain(`\r\nReferer: http://127.0.0.1:${port}/a\r\n`)
  })

  test('to https of an address say nothing on standard error', async () => {
    const warnings: string[] = []
    const warn = (warning: Error) => warnings.push(warning.message)
    process.on('warning', warn)
    const { port } = await serve((request) =>
      request.startsWith('GET') ? to(`https://127.0.0.1:${port}/`) : ok,
    )
    expect(await check(port)).toContain('connection refused')
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('warning', warn)
    expect(warnings).toEqual([])
  })

  test('without a location are answers', async () => {
    const { port } = await serve(() => head('HTTP/1.1 301 Moved', 'Content-Length: 0'))
    expect(await check(port)).toMatch(/received status code 301 in \d+ms$/)
  })
})

test.each(['/%zz', '/a%', '/\x01', 'health'])('an endpoint %j that cannot be requested', async (endpoint) => {
  expect(await check(8080, endpoint)).toBe(`failed to create an HTTP request to '${endpoint}' on port 8080`)
})

test('an endpoint with blanks is escaped', async () => {
  const { port, asked } = await serve(() => ok)
  expect(await check(port, '/a b')).toBeUndefined()
  expect(asked[0]).toContain('GET /a%20b HTTP/1.1')
})
