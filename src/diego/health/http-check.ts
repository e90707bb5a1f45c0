/** The HTTP check of cloudfoundry/healthcheck, made as Go's `net/http` makes requests. */
import { checkMessages as messages } from '../messages.ts'
import { monotonicTime } from '../monotonic.ts'
import { BodyReader } from './body-reader.ts'
import type { CheckTarget } from './check-target.ts'
import { type Connection, Connections } from './connections.ts'
import { deadline } from './deadline.ts'
import { HeadReader, UnreadableAnswer } from './head-reader.ts'
import { absoluteUrl, type RequestUrl, resolveReference } from './request-url.ts'

const MOST_REQUESTS = 10
const REDIRECTS = [301, 302, 303, 307, 308]
/** `net/http` reads this much of a redirect's body before it continues. */
const MOST_REDIRECT_BODY = 2048
/** And this much of what an app sends without being asked. */
const MOST_SURPLUS = 4096

/** What a check says without failing. */
export type Tell = (line: string) => void

/** Passes when the answer at the end of all redirects has status 200, whatever its body is. */
export async function httpCheck(
  { address, port, endpoint, invocationTimeout: timeout }: CheckTarget,
  stop: AbortSignal,
  tell: Tell,
): Promise<string | undefined> {
  const url = absoluteUrl(`http://${address()}:${port}${endpoint}`)
  if (!url) return messages.badRequest(endpoint, port)
  const started = monotonicTime()
  const limit = deadline(timeout, stop)
  const connections = new Connections(limit.signal)
  try {
    const { status, took } = await get(url, started, connections, tell)
    return status === 200 ? undefined : messages.status(endpoint, port, status, took)
  } catch {
    return limit.isTimeUp
      ? messages.requestTimedOut(endpoint, port, timeout)
      : messages.requestFailed(endpoint, port)
  } finally {
    connections.close()
    limit.clear()
  }
}

interface Answer {
  readonly status: number
  /** From the start of the check to the end of the headers, milliseconds. */
  readonly took: number
}

/** Follows redirects. Throws whatever goes wrong before the headers of the last answer are complete. */
async function get(
  first: RequestUrl,
  started: number,
  connections: Connections,
  tell: Tell,
): Promise<Answer> {
  let url = first
  let referer: RequestUrl | undefined
  for (let requests = 1; ; requests++) {
    const { connection, head, rest } = await ask(url, referer, connections)
    const took = monotonicTime() - started
    const location = REDIRECTS.includes(head.status) ? head.location : undefined
    const body = new BodyReader(head, location ? MOST_REDIRECT_BODY : Number.POSITIVE_INFINITY)
    // Once the status is known, nothing in the body changes the result; it only takes its time.
    await receiveBody(connection.chunks, body, rest).catch(() => undefined)
    const surplus = head.isPersistent ? body.surplus : undefined
    if (surplus && surplus.length > 0 && !isTimeout(surplus))
      tell(messages.unsolicited(new Date(), surplus.subarray(0, MOST_SURPLUS)))
    if (!location) return { status: head.status, took }
    if (surplus?.length === 0) connections.keep(url, connection)
    else connection.socket.destroy()
    const next = resolveReference(url, location)
    if (!next || requests === MOST_REQUESTS) throw new UnreadableAnswer()
    referer = url.isSecure && !next.isSecure ? undefined : url
    url = next
  }
}

/** A server says so that it closes a connection on which nothing is asked. */
function isTimeout(answer: Buffer): boolean {
  return /^HTTP\/1\.. 408/.test(answer.toString('latin1', 0, 12))
}

/** A request, and the answer up to the end of its headers. */
async function ask(url: RequestUrl, referer: RequestUrl | undefined, connections: Connections) {
  const kept = connections.take(url)
  kept?.socket.write(request(url, referer))
  const begun = await kept?.chunks.next().catch(() => undefined)
  if (kept && begun?.done === false)
    return { connection: kept, ...(await receiveHead(kept.chunks, begun.value)) }
  // None is kept, or the app has closed it instead of answering.
  kept?.socket.destroy()
  const connection = await connections.open(url)
  connection.socket.write(request(url, referer))
  return { connection, ...(await receiveHead(connection.chunks)) }
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

type Chunks = Connection['chunks']

async function receiveHead(chunks: Chunks, begun: Buffer = Buffer.alloc(0)) {
  const reader = new HeadReader()
  for (let received = begun; ; ) {
    const found = reader.read(received)
    if (found) return found
    // Not `for await`: that would destroy the socket, whose body is still to be read.
    const { done, value } = await chunks.next()
    if (done) throw new UnreadableAnswer()
    received = value
  }
}

async function receiveBody(chunks: Chunks, body: BodyReader, rest: Buffer): Promise<void> {
  for (let chunk: Buffer | undefined = rest; chunk && !body.read(chunk); ) {
    const { done, value } = await chunks.next()
    chunk = done ? undefined : value
  }
}
