/** The HTTP check of cloudfoundry/healthcheck, made as Go's `net/http` makes requests. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { checkMessages as messages } from '../messages.ts'
import { monotonicTime } from '../monotonic.ts'
import { BodyReader } from './body-reader.ts'
import type { CheckTarget } from './check-target.ts'
import { deadline } from './deadline.ts'
import { readResponseHead, UnreadableAnswer } from './head-reader.ts'
import { absoluteUrl, type RequestUrl, resolveReference } from './request-url.ts'

const MOST_REQUESTS = 10
const REDIRECTS = [301, 302, 303, 307, 308]
/** `net/http` reads this much of a redirect's body before it continues. */
const MOST_REDIRECT_BODY = 2048

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
async function get(first: RequestUrl, started: number, signal: AbortSignal): Promise<Answer> {
  let url = first
  for (let requests = 1; ; requests++) {
    const socket = await open(url, signal)
    try {
      socket.write(request(url))
      const chunks = socket[Symbol.asyncIterator]() as Chunks
      const { head, rest } = await receiveHead(chunks)
      const took = monotonicTime() - started
      const location = REDIRECTS.includes(head.status) ? head.location : undefined
      const wanted = location ? MOST_REDIRECT_BODY : Number.POSITIVE_INFINITY
      // Once the status is known, nothing in the body changes the result; it only takes its time.
      await receiveBody(chunks, new BodyReader(head, wanted), rest).catch(() => undefined)
      if (!location) return { status: head.status, took }
      const next = resolveReference(url, location)
      if (!next || requests === MOST_REQUESTS) throw new UnreadableAnswer()
      url = next
    } finally {
      socket.destroy()
    }
  }
}

async function open({ isSecure, hostname, port }: RequestUrl, signal: AbortSignal): Promise<Socket> {
  const { connect: connectSecurely } = await import('node:tls')
  signal.throwIfAborted()
  const socket = isSecure
    ? connectSecurely({ host: hostname, port, servername: hostname })
    : connect({ host: hostname, port })
  const abort = () => socket.destroy(new UnreadableAnswer())
  signal.addEventListener('abort', abort, { once: true })
  // Readers get it too.
  socket.on('error', () => undefined)
  socket.once('close', () => signal.removeEventListener('abort', abort))
  await once(socket, isSecure ? 'secureConnect' : 'connect')
  return socket
}

function request({ host, path }: RequestUrl): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'User-Agent: diego-healthcheck',
    'X-Forwarded-Proto: https',
    'Accept-Encoding: gzip',
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

type Chunks = AsyncIterator<Buffer>

async function receiveHead(chunks: Chunks) {
  for (let received = Buffer.alloc(0); ; ) {
    // Not `for await`: that would destroy the socket, whose body is still to be read.
    const { done, value } = await chunks.next()
    if (done) throw new UnreadableAnswer()
    received = Buffer.concat([received, value])
    const found = readResponseHead(received)
    if (found) return found
  }
}

async function receiveBody(chunks: Chunks, body: BodyReader, rest: Buffer): Promise<void> {
  for (let chunk: Buffer | undefined = rest; chunk && !body.read(chunk); ) {
    const { done, value } = await chunks.next()
    chunk = done ? undefined : value
  }
}
