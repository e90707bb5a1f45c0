/** The HTTP check of cloudfoundry/healthcheck, made as Go's `net/http` makes requests, but with a connection for each. */
import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { checkMessages as messages } from '../messages.ts'
import { monotonicTime } from '../monotonic.ts'
import { deadline } from './deadline.ts'
import { HeadReader, type ResponseHead, UnreadableAnswer } from './head-reader.ts'
import type { CheckTarget } from './port-check.ts'
import { absoluteUrl, type RequestUrl, resolveReference } from './request-url.ts'

const MOST_REQUESTS = 10
const REDIRECTS = [301, 302, 303, 307, 308]

/** Passes when the answer at the end of all redirects has status 200, whatever its body is. */
export async function httpCheck(
  { address, port, endpoint, invocationTimeout: timeout }: CheckTarget,
  stop: AbortSignal,
): Promise<string | undefined> {
  const url = absoluteUrl(`http://${address()}:${port}${endpoint}`)
  if (!url) return messages.badRequest(endpoint, port)
  const started = monotonicTime()
  const limit = deadline(timeout, stop)
  try {
    const { status, took } = await get(url, started, limit.signal)
    return status === 200 ? undefined : messages.status(endpoint, port, status, took)
  } catch {
    return limit.isTimeUp
      ? messages.requestTimedOut(endpoint, port, timeout)
      : messages.requestFailed(endpoint, port)
  } finally {
    limit.clear()
  }
}

interface Answer {
  readonly status: number
  /** From the start of the check to the end of the headers, milliseconds. */
  readonly took: number
}

/** Follows redirects. Throws whatever goes wrong before the headers of the last answer are complete. */
async function get(first: RequestUrl, started: number, stop: AbortSignal): Promise<Answer> {
  let url = first
  let referer: RequestUrl | undefined
  for (let requests = 1; ; requests++) {
    const socket = await open(url, stop)
    try {
      socket.write(request(url, referer))
      const chunks = socket[Symbol.asyncIterator]() as Chunks
      const { head, rest } = await receiveHead(chunks)
      if (head.location === undefined || !REDIRECTS.includes(head.status)) {
        const took = monotonicTime() - started
        // Nothing in the body changes the result; it only takes its time.
        await receiveBody(chunks, new BodyReader(head), rest).catch(() => undefined)
        return { status: head.status, took }
      }
      const next = resolveReference(url, head.location)
      if (!next || requests === MOST_REQUESTS) throw new UnreadableAnswer()
      referer = url.isSecure && !next.isSecure ? undefined : url
      url = next
    } finally {
      socket.destroy()
    }
  }
}

async function open({ isSecure, hostname, port }: RequestUrl, stop: AbortSignal): Promise<Socket> {
  const address = { host: hostname, port }
  const tls = isSecure ? await import('node:tls') : undefined
  stop.throwIfAborted()
  const socket =
    tls?.connect({ ...address, ...(isIP(hostname) === 0 && { servername: hostname }) }) ?? connect(address)
  stop.addEventListener('abort', () => socket.destroy(new UnreadableAnswer()))
  // Readers get it too.
  socket.on('error', () => undefined)
  await once(socket, isSecure ? 'secureConnect' : 'connect')
  return socket
}

function request({ host, path }: RequestUrl, referer: RequestUrl | undefined): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'User-Agent: diego-healthcheck',
    ...(referer ? [`Referer: http${referer.isSecure ? 's' : ''}://${referer.host}${referer.path}`] : []),
    'X-Forwarded-Proto: https',
    'Accept-Encoding: gzip',
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

type Chunks = AsyncIterator<Buffer>

async function receiveHead(chunks: Chunks) {
  const reader = new HeadReader()
  for (;;) {
    // Not `for await`: that would destroy the socket, whose body is still to be read.
    const { done, value } = await chunks.next()
    if (done) throw new UnreadableAnswer()
    const found = reader.read(value)
    if (found) return found
  }
}

async function receiveBody(chunks: Chunks, body: BodyReader, rest: Buffer): Promise<void> {
  for (let chunk: Buffer | undefined = rest; chunk && !body.read(chunk); ) {
    const { done, value } = await chunks.next()
    chunk = done ? undefined : value
  }
}

/** Detects the end of a response body. */
class BodyReader {
  readonly #isChunked: boolean
  /** Of the body, bytes. */
  #left: number
  #chunks = Buffer.alloc(0)

  constructor({ body }: ResponseHead) {
    this.#isChunked = body.kind === 'chunked'
    this.#left = body.kind === 'length' ? body.length : Number.POSITIVE_INFINITY
  }

  /** @returns whether the body has ended or is malformed */
  read(bytes: Buffer): boolean {
    if (this.#isChunked) return this.#readChunks(bytes)
    this.#left -= bytes.length
    return this.#left <= 0
  }

  #readChunks(bytes: Buffer): boolean {
    this.#chunks = Buffer.concat([this.#chunks, bytes])
    for (;;) {
      const lineEnd = this.#chunks.indexOf('\n')
      if (lineEnd < 0) return false
      const size = /^([0-9a-f]{1,13})\s*(?:;.*)?$/i.exec(
        this.#chunks.toString('latin1', 0, lineEnd).trimEnd(),
      )?.[1]
      if (size === undefined) return true
      const length = Number.parseInt(size, 16)
      // Behind the last chunk come trailers and an empty line.
      if (length === 0) return /\n\r?\n/.test(this.#chunks.toString('latin1', lineEnd))
      const end = lineEnd + 1 + length + 2
      if (this.#chunks.length < end) return false
      if (this.#chunks.toString('latin1', end - 2, end) !== '\r\n') return true
      this.#chunks = this.#chunks.subarray(end)
    }
  }
}
