/**
 * What can go wrong with a download, each staged as a whole: nothing wrong is installed, the message is clear, nothing
 * is left in the droplet, and the cache is sound, so that the next staging is right.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fullCounts, measured } from '../../../bench/measures.mjs'
import { tarFile } from '../../support/archives/archive-files.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { listening, serve, sha256, type TestServer } from '../../support/http-server.ts'
import { AppWithSource, type Supplied } from './supply.ts'

const PROGRAM = `#!/bin/sh\nexec sleep 1000\n${'#'.repeat(300_000)}`
const ARCHIVE = gzipSync(tarFile([{ name: 'run', content: PROGRAM, mode: 0o755 }]), { level: 0 })
const SUM = sha256(ARCHIVE)
const half = ARCHIVE.subarray(0, ARCHIVE.length / 2)
const whole: RequestListener = (_, response) => void response.end(ARCHIVE)
const announced = { 'content-length': ARCHIVE.length }

interface Fault {
  readonly says: RegExp
  /** What the server does; it is told how often it was asked. */
  readonly answer?: (times: number) => RequestListener
  /** The fault passes while it is tried again: the file comes in the end. */
  readonly passes?: true
  /** How the server is asked: by TLS, with the CA trusted or not; or it has gone. */
  readonly by?: 'https' | 'untrusted https' | 'nobody'
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'a refused connection': { by: 'nobody', says: /the connection was refused \(4 attempts\)/ },
  'a reset before the first byte': {
    answer: () => (asked) => void asked.socket.resetAndDestroy(),
    says: /the connection was closed early \(4 attempts\)/,
  },
  'a reset halfway': {
    answer: () => (asked, response) => {
      response
        .writeHead(200, announced)
        .write(half, () => setTimeout(() => asked.socket.resetAndDestroy(), 50))
    },
    says: /the connection was closed early \(4 attempts\)/,
  },
  'an end halfway, with the right length announced': {
    answer: () => (asked, response) => {
      response.writeHead(200, announced).write(half, () => setTimeout(() => asked.socket.end(), 50))
    },
    says: /closed early.* \(4 attempts\)/,
  },
  'a length announced that is too small': {
    answer: () => (asked) => {
      const head = `HTTP/1.1 200 OK\r\nContent-Length: ${half.length}\r\n\r\n`
      asked.socket.end(Buffer.concat([Buffer.from(head), ARCHIVE]))
    },
    says: /checksum mismatch|cannot fetch/,
  },
  'another file': {
    answer: () => (_, response) => void response.end('another'),
    says: new RegExp(`expected ${SUM}, got ${sha256('another')} \\(7 bytes\\)`),
  },
  'status 500 twice': {
    answer: (times) => (times > 2 ? whole : (_, response) => void response.writeHead(500).end()),
    says: /the server answered with status 500; trying again in 4 s/,
    passes: true,
  },
  'redirects in a loop': {
    answer: () => (asked, response) => {
      response.writeHead(302, { location: asked.url === '/a.tgz' ? '/b.tgz' : '/a.tgz' }).end()
    },
    says: /the server redirects in a loop/,
  },
  'a redirect from https to http': {
    by: 'https',
    answer: () => (_, response) => void response.writeHead(302, { location: `${plain.url}/a.tgz` }).end(),
    says: /redirects from https to http, which is refused/,
  },
  'a stall of over 30 s': {
    answer: (times) =>
      times > 1 && !fullCounts ? whole : (_, response) => void response.writeHead(200, announced).write(half),
    says: fullCounts
      ? /no data received for 30 s \(4 attempts\)/
      : /no data received for 30 s; trying again in 1 s/,
    ...(!fullCounts && { passes: true }),
  },
  'a certificate of a CA that nobody trusts': {
    by: 'untrusted https',
    answer: () => whole,
    says: /the server's certificate is not trusted \([A-Z_]+\): add its CA to the system store/,
  },
}

interface Outcome {
  readonly app: AppWithSource
  readonly first: Supplied
  /** Files after the first staging. */
  readonly droplet: readonly string[]
  readonly cached: readonly string[]
  /** Once more, the server in order; undefined where there is none. */
  readonly next: Supplied | undefined
}

const certificates = mkdtempSync(join(tmpdir(), 'download-faults-'))
const servers: TestServer[] = []
const outcomes = new Map<string, Promise<Outcome>>()
let plain: TestServer

/** All at once: most of the time they wait for their next attempt. */
beforeAll(async () => {
  makeCertificates(certificates)
  plain = await serve(whole)
  servers.push(plain)
  for (const [name, fault] of Object.entries(FAULTS)) outcomes.set(name, stage(fault))
})

afterAll(async () => {
  for (const each of servers) await each.close()
  for (const each of await Promise.all(outcomes.values())) each.app.remove()
  rmSync(certificates, { recursive: true })
})

async function stage({ by, answer = () => whole }: Fault): Promise<Outcome> {
  let times = 0
  let isSound = false
  const listener: RequestListener = (asked, response) => {
    times++
    const respond = isSound ? whole : answer(times)
    respond(asked, response)
  }
  const server = await (by?.endsWith('https') ? serveByTls(listener) : serve(listener))
  if (by === 'nobody') await server.close()
  else servers.push(server)
  const trusting = { SSL_CERT_FILE: join(certificates, 'ca.pem') }
  const app = new AppWithSource(`{uri: "${server.url}/a.tgz", sha256: ${SUM}}`)
  const first = await app.supply(by === 'https' ? trusting : {})
  const [droplet, cached] = [app.droplet(), app.cached()]
  isSound = true
  const next = by === 'nobody' ? undefined : await app.supply(trusting)
  return { app, first, droplet, cached, next }
}

function serveByTls(listener: RequestListener): Promise<TestServer> {
  const key = readFileSync(join(certificates, 'server.key'))
  const cert = readFileSync(join(certificates, 'server.pem'))
  return listening(createTlsServer({ key, cert }, listener), [], 'https')
}

const program = `0/sidecars/one/run 755 ${PROGRAM.length} bytes`
let wrong = 0

describe.each(Object.entries(FAULTS))('%s', (name, { says, passes }) => {
  it(
    passes ? 'passes, and the right file is installed' : 'is told, and leaves nothing in droplet and cache',
    async () => {
      const { first, droplet, cached } = await outcomeOf(name)
      if (first.status === 0 && !passes) wrong++
      expect(first.said).toMatch(says)
      expect(first.status).toBe(passes ? 0 : 1)
      if (passes) expect(droplet).toContain(program)
      else expect({ droplet, cached }).toEqual({ droplet: [], cached: [] })
    },
  )

  it('does not spoil the next staging', async () => {
    const { app, next } = await outcomeOf(name)
    if (!next) return
    expect(next).toMatchObject({ status: 0 })
    if (!app.droplet().includes(program)) wrong++
    expect(app.droplet()).toContain(program)
    expect(app.cached()).toEqual([expect.stringMatching(new RegExp(`a\\.tgz 644 ${ARCHIVE.length} bytes$`))])
  })
})

it('no fault installs anything wrong', () => {
  const measure = `wrong installs of ${Object.keys(FAULTS).length} kinds of download fault`
  expect(measured({ area: 'sources', measure, value: wrong, unit: 'installs', atMost: 0 })).toBe(true)
})

function outcomeOf(name: string): Promise<Outcome> {
  const outcome = outcomes.get(name)
  if (!outcome) throw new Error(`no fault is called ${name}`)
  return outcome
}
