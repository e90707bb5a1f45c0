import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fetchUnverified } from '../../../src/sources/fetch/fetch.ts'
import { fetchToFile } from '../../support/fetching.ts'
import { listening, serve, sha256, type TestServer } from '../../support/http-server.ts'

const ADVICE = 'check the URI and the network'

const CONTENT = Buffer.alloc(300_000, 'sidecar ')
const SUM = sha256(CONTENT)
const servers: TestServer[] = []
const folders: string[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const each of servers.splice(0)) await each.close()
  for (const each of folders.splice(0)) rmSync(each, { recursive: true })
})

async function server(answer: RequestListener): Promise<TestServer> {
  const made = await serve(answer)
  servers.push(made)
  return made
}

/** The sum of the file (undefined: it is not there), what was said and waited, and with what error it ended. */
async function fetched(uri: string, env: Readonly<Record<string, string>> = {}, stallAfter = 30_000) {
  const folder = mkdtempSync(join(tmpdir(), 'fetch-'))
  folders.push(folder)
  const lines: string[] = []
  const waits: number[] = []
  let error = ''
  try {
    await fetchToFile(uri, SUM, join(folder, 'file'), {
      env,
      info: (line) => lines.push(line),
      clock: () => new Date('2026-11-01T12:00:00Z'),
      stallAfter,
      wait: async (milliseconds) => void waits.push(milliseconds),
    })
  } catch (thrown) {
    error = (thrown as Error).message
  }
  const left = readdirSync(folder)
  expect(left.filter((each) => each !== 'file')).toEqual([])
  return {
    sum: left.length > 0 ? sha256(readFileSync(join(folder, 'file'))) : undefined,
    error,
    lines,
    waits,
  }
}

const whole: RequestListener = (_, response) => void response.end(CONTENT)

it('keeps a file whose sum is right', async () => {
  const { url } = await server(whole)
  expect(await fetched(`${url}/a.tgz`)).toEqual({ sum: SUM, error: '', lines: [], waits: [] })
})

it('without a sum, keeps any file, also that of a file: URI', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fetch-'))
  folders.push(folder)
  writeFileSync(join(folder, 'a b'), CONTENT)
  const { url } = await server(whole)
  const options = { env: {}, info: () => undefined, clock: () => new Date() }
  await fetchUnverified(`${url}/a.tgz`, join(folder, 'remote'), options)
  await fetchUnverified(`file://${folder}/a%20b`, join(folder, 'local'), options)
  await expect(fetchUnverified(`file://${folder}`, join(folder, 'none'), options)).rejects.toThrow(
    'is a directory',
  )
  expect(readdirSync(folder).sort()).toEqual(['a b', 'local', 'remote'])
  for (const name of ['local', 'remote']) expect(sha256(readFileSync(join(folder, name)))).toBe(SUM)
})

describe('a failure leaves no file, and is reported', () => {
  it('a wrong sum, at once', async () => {
    const { url, requests } = await server((_, response) => void response.end('other'))
    const { sum, error } = await fetched(`${url}/a`)
    expect(sum).toBeUndefined()
    expect(error).toBe(
      `checksum mismatch for ${url}/a: expected ${SUM}, got ${sha256('other')} (5 bytes); check sha256 and the URI`,
    )
    expect(requests).toHaveLength(1)
  })

  it('a file that the server compresses although it was not asked to', async () => {
    const { url } = await server((_, response) => {
      response.setHeader('Content-Encoding', 'gzip')
      response.end(gzipSync(CONTENT))
    })
    expect((await fetched(`${url}/a`)).error).toMatch(
      /: the server compressed the file \(Content-Encoding\); use the checksum of what `curl -L` downloads$/,
    )
  })

  it('an HTML page instead of the file', async () => {
    const { url } = await server((_, response) => void response.end('<!doctype html><title>Log in</title>'))
    expect((await fetched(`${url}/a`)).error).toContain(
      'the server sent an HTML page, not the file; check whether the URI requires a login',
    )
  })

  it('a refused connection, after four attempts', async () => {
    const closed = await serve(whole)
    await closed.close()
    const { sum, error, waits } = await fetched(`${closed.url}/a`)
    expect(sum).toBeUndefined()
    expect(error).toBe(`cannot fetch ${closed.url}/a: the connection was refused (4 attempts); ${ADVICE}`)
    expect(waits).toEqual([1000, 4000, 10_000])
  })

  it.each([
    ['before the first byte', (): RequestListener => (asked) => void asked.socket.destroy()],
    [
      'halfway',
      (): RequestListener => (asked, response) => {
        response.writeHead(200, { 'content-length': CONTENT.length })
        response.write(CONTENT.subarray(0, 150_000), () =>
          setTimeout(() => asked.socket.resetAndDestroy(), 20),
        )
      },
    ],
    [
      'without a length, in the middle of a chunked answer',
      (): RequestListener => (asked, response) => {
        response.write(CONTENT.subarray(0, 150_000), () => setTimeout(() => asked.socket.destroy(), 20))
      },
    ],
  ])('a connection cut %s', async (_, answer) => {
    const { url, requests } = await server(answer())
    const { sum, error } = await fetched(`${url}/a`)
    expect(sum).toBeUndefined()
    expect(error).toMatch(/the connection was closed early|ended after|other side closed|terminated|aborted/)
    expect(requests).toHaveLength(4)
  })

  it('a file that is longer than announced', async () => {
    const lying = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () =>
        socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'), CONTENT])),
      )
    })
    const made = await listening(lying as never)
    servers.push(made)
    const { sum, error } = await fetched(`${made.url}/a`)
    expect(sum).toBeUndefined()
    expect(error).not.toBe('')
  })

  it('a stall', async () => {
    const { url } = await server((_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length })
      response.write('begin')
    })
    expect((await fetched(`${url}/a`, {}, 150)).error).toContain('no data received for 0.15 s (4 attempts)')
  })

  it('https on a port without TLS, with its own message', async () => {
    const { url } = await server(whole)
    const { error } = await fetched(`${url.replace('http:', 'https:')}/a`)
    expect(error).toContain('the server does not use TLS on this port; check the port, or use http://')
    expect(error).not.toMatch(/\.c:|openssl/i)
  })

  it('a length that no droplet can hold, at once', async () => {
    const { url, requests } = await server((_, response) => {
      response.writeHead(200, { 'content-length': '1000000000000000000' })
      response.write('begin')
    })
    const { error } = await fetched(`${url}/a`)
    expect(error).toContain('announces 1000000000000000000 bytes; at most 4294967296 (4 GiB) are downloaded')
    expect(requests).toHaveLength(1)
  })

  it('an address of a proxy that cannot be used, at once', async () => {
    const { error, waits } = await fetched('http://files.example/a', { http_proxy: 'ftp://proxy' })
    expect(error).toContain('http_proxy is not the URL of an HTTP proxy')
    expect(waits).toEqual([])
  })

  it.each([
    [401, 'it requires credentials; add them to SIDECARS_CREDENTIALS'],
    [403, 'access denied'],
    [404, 'file not found'],
  ])('status %d, at once', async (status, message) => {
    const { url, requests } = await server((_, response) => void response.writeHead(status).end())
    expect((await fetched(`${url}/a`)).error).toContain(message)
    expect(requests).toHaveLength(1)
  })
})

describe('a temporary failure is tried again', () => {
  it('500 twice, then the file', async () => {
    const { url, requests } = await server((asked, response) =>
      requests.length < 3 ? response.writeHead(500).end() : whole(asked, response),
    )
    const { sum, waits, lines } = await fetched(`${url}/a`)
    expect(sum).toBe(SUM)
    expect(waits).toEqual([1000, 4000])
    expect(lines[0]).toBe(`${url}/a: the server answered with status 500; trying again in 1 s`)
  })

  it('when the server says, in seconds or by date', async () => {
    const after = ['7', 'Sun, 01 Nov 2026 12:00:09 GMT']
    const { url, requests } = await server((asked, response) => {
      const value = after[requests.length - 1]
      if (value === undefined) whole(asked, response)
      else response.writeHead(503, { 'retry-after': value }).end()
    })
    const { sum, waits } = await fetched(`${url}/a`)
    expect(sum).toBe(SUM)
    expect(waits).toEqual([7000, 9000])
  })

  it('but not when it wants hours', async () => {
    const { url, requests } = await server(
      (_, response) => void response.writeHead(429, { 'retry-after': '7200' }).end(),
    )
    expect((await fetched(`${url}/a`)).error).toContain('429')
    expect(requests).toHaveLength(1)
  })
})

describe('redirects', () => {
  it.each([
    ['UTF-8', '/\u00c3\u00bc', '/%C3%BC'],
    ['Latin-1', '/\u00fc', '/%C3%BC'],
    ['percent-encoded', '/%C3%BC', '/%C3%BC'],
  ])('are followed to a path in %s', async (_encoding, location, path) => {
    const { url } = await server((request, response) => {
      if (request.url === path) response.end(CONTENT)
      else response.writeHead(302, { location }).end()
    })
    expect(await fetched(`${url}/a`)).toMatchObject({ sum: SUM, error: '' })
  })

  it('are followed, relative ones too', async () => {
    const { url } = await server((asked, response) =>
      asked.url === '/new/b' ? response.end(CONTENT) : response.writeHead(302, { location: 'new/b' }).end(),
    )
    expect((await fetched(`${url}/a`)).sum).toBe(SUM)
  })

  it('in a loop, endless ones, and those to other schemes are refused', async () => {
    const { url } = await server((asked, response) => {
      const location =
        asked.url === '/circle' ? '/circle' : asked.url === '/file' ? 'file:///etc/passwd' : `${asked.url}x`
      response.writeHead(301, { location }).end()
    })
    expect((await fetched(`${url}/circle`)).error).toContain('redirects in a loop')
    expect((await fetched(`${url}/endless`)).error).toContain('redirects more than 10 times')
    expect((await fetched(`${url}/file`)).error).toContain('redirects to file:')
  })
})

describe('credentials', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

  it('of the URI are sent to its host only, and never shown', async () => {
    const other = await server(whole)
    const { url, requests } = await server((asked, response) => {
      if (asked.url === '/a') response.writeHead(302, { location: '/b' }).end()
      else response.writeHead(302, { location: `${other.url}/c` }).end()
    })
    const secret = url.replace('//', '//user:p%40ss@')
    expect((await fetched(`${secret}/a`)).sum).toBe(SUM)
    expect(requests.map((each) => each.headers.authorization)).toEqual([basic('user:p@ss'), undefined])
    expect(other.requests.map((each) => each.headers.authorization)).toEqual([undefined])
    await other.close()
    const { error, lines } = await fetched(`${secret}/a`)
    expect([error, ...lines].join()).toContain('refused')
    expect([error, ...lines].join()).not.toMatch(/user|p@ss|p%40ss/)
  })

  it('of SIDECARS_CREDENTIALS go by host, and by the most specific path', async () => {
    const { url, port, requests } = await server(whole)
    const env = {
      SIDECARS_CREDENTIALS: JSON.stringify({
        [`http://127.0.0.1:${port}/team`]: 'Bearer t0ken',
        [`http://127.0.0.1:${port}`]: 'u:p',
        'other.example': 'x:y',
      }),
    }
    await fetched(`${url}/team/a`, env)
    await fetched(`${url}/teams/a`, env)
    expect(requests.map((each) => each.headers.authorization)).toEqual(['Bearer t0ken', basic('u:p')])
  })

  it('are not sent over plain HTTP after a redirect', async () => {
    const { url, requests } = await server((asked, response) =>
      asked.url === '/a' ? response.writeHead(302, { location: '/b' }).end() : response.end(CONTENT),
    )
    expect((await fetched(`${url}/a`, { SIDECARS_CREDENTIALS: JSON.stringify({ [url]: 'u:p' }) })).sum).toBe(
      SUM,
    )
    expect(requests.map((each) => each.headers.authorization)).toEqual([basic('u:p'), undefined])
  })

  it('with characters that headers do not support end the download before the first attempt', async () => {
    const { url, requests } = await server(whole)
    const { error, waits } = await fetched(`${url}/a`, {
      SIDECARS_CREDENTIALS: '{"host": "Bearer geheim\u00fc"}',
    })
    expect(error).toContain('entry number 1 contains a character that HTTP headers do not support')
    expect(requests).toEqual([])
    expect(waits).toEqual([])
  })
})

it('goes through the proxy of the environment, with its credentials, and past it for NO_PROXY', async () => {
  const proxy = await server((_, response) => void response.end(CONTENT))
  const origin = await server(whole)
  const env = { http_proxy: proxy.url.replace('//', '//me:secret@') }
  expect((await fetched('http://files.example/a', env)).sum).toBe(SUM)
  expect(proxy.requests[0]?.url).toBe('http://files.example/a')
  expect(proxy.requests[0]?.headers.host).toBe('files.example')
  expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(
    `Basic ${Buffer.from('me:secret').toString('base64')}`,
  )
  await fetched(`${origin.url}/a`, { ...env, NO_PROXY: '127.0.0.0/8' })
  expect(origin.requests).toHaveLength(1)
  expect(proxy.requests).toHaveLength(1)
})

describe('a fault behind a proxy names the proxy, without its password', () => {
  it('when there is none', async () => {
    const closed = await serve(whole)
    await closed.close()
    const { error } = await fetched('http://files.example/a', {
      http_proxy: closed.url.replace('//', '//me:secret@'),
    })
    expect(error).toBe(
      `cannot fetch http://files.example/a: through the proxy 127.0.0.1:${closed.port}, the connection was refused (4 attempts); check http_proxy`,
    )
  })

  it('when it answers for the server', async () => {
    const proxy = await server((_, response) => void response.writeHead(404).end())
    const { error } = await fetched('http://files.example/a', { http_proxy: proxy.url })
    expect(error).toBe(
      `cannot fetch http://files.example/a: through the proxy 127.0.0.1:${proxy.port}, the server answered with status 404: file not found; check the URI`,
    )
  })

  it.each([
    [407, 'it requires credentials; add them to its URL', 1],
    [401, 'it requires credentials; add them to its URL', 1],
    [403, 'it does not allow this host and port', 1],
    [502, '', 4],
  ])('when it answers %i to CONNECT', async (status, why, attempts) => {
    let asked = 0
    const refusing = createHttpServer()
    refusing.on('connect', (_, socket) => {
      asked++
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`)
    })
    const proxy = await listening(refusing)
    servers.push(proxy)
    const { error } = await fetched('https://files.example/a', {
      https_proxy: proxy.url.replace('//', '//me:secret@'),
    })
    const times = attempts > 1 ? ` (${attempts} attempts)` : ''
    expect(error).toBe(
      `cannot fetch https://files.example/a: through the proxy 127.0.0.1:${proxy.port}, CONNECT was answered with status ${status}${why && `: ${why}`}${times}`,
    )
    expect(asked).toBe(attempts)
  })
})

it('shows its progress in lines every few seconds, or as a bar on a terminal', async () => {
  const { url } = await server(whole)
  const folder = mkdtempSync(join(tmpdir(), 'fetch-'))
  folders.push(folder)
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 3000
    return now
  })
  const lines: string[] = []
  const drawn: string[] = []
  const options = { env: {}, info: (line: string) => lines.push(line), clock: () => new Date() }
  await fetchToFile(`${url}/a.tgz`, SUM, join(folder, 'a'), options)
  expect(lines[0]).toMatch(/^a\.tgz: \d+ % of 0\.3 MiB$/)
  lines.length = 0
  await fetchToFile(`${url}/a.tgz`, SUM, join(folder, 'b'), {
    ...options,
    draw: (text) => drawn.push(text),
  })
  expect(lines).toEqual([])
  expect(drawn[0]).toMatch(/^a\.tgz \[#+\.*\] \d+ % of 0\.3 MiB$/)
  expect(drawn.at(-1)).toBe('')
})
