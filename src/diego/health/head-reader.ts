/**
 * The status line and headers of an HTTP answer, read as leniently as Go's `net/http` reads them (`ReadResponse`,
 * `textproto.ReadMIMEHeader`): bare newlines, blanks in header names and folded lines are fine there. Node.js's parser
 * refuses a blank in a name, even with `insecureHTTPParser` (recorded: `http-odd-header`).
 */

export interface ResponseHead {
  readonly status: number
  /** Undefined where there is none, or an empty one. */
  readonly location: string | undefined
  readonly body:
    | { readonly kind: 'length'; readonly length: number }
    | { readonly kind: 'chunked' | 'to the end' }
}

interface StatusLine {
  readonly status: number
  /** `1.1` */
  readonly version: number
}

type Headers = ReadonlyMap<string, readonly string[]>

/** With the informational answers before the real one. */
const MOST_BYTES = 10 * 1024 * 1024
const [NEWLINE, RETURN] = [0x0a, 0x0d]
/** Go's `int64`. */
const MOST_LENGTH = 2n ** 63n
/** Headers that may not come behind chunks. */
const NO_TRAILERS = ['transfer-encoding', 'trailer', 'content-length']

/** Go refuses it; the check's message does not say why. */
export class UnreadableAnswer extends Error {}

/** Reads the heads of an answer: informational ones, then the real one. */
export class HeadReader {
  /** What no head has been read from yet. */
  #received: Buffer = Buffer.alloc(0)
  /** There is no empty line before this offset. */
  #searched = 0
  #total = 0

  /**
   * @returns the head and what came behind it; undefined while more is wanted
   * @throws UnreadableAnswer
   */
  read(bytes: Buffer): { readonly head: ResponseHead; readonly rest: Buffer } | undefined {
    this.#received = Buffer.concat([this.#received, bytes])
    this.#total += bytes.length
    for (let head = this.#next(); head; head = this.#next()) {
      const { status } = head
      if (status < 100 || status > 199 || status === 101) return { head, rest: this.#received }
    }
    if (this.#total > MOST_BYTES) throw new UnreadableAnswer()
    return undefined
  }

  /** Takes a head from what has been received, if it is complete. */
  #next(): ResponseHead | undefined {
    const lineEnd = this.#received.indexOf('\n')
    if (lineEnd < 0) return undefined
    // As in Go, a bad status line is noticed before the rest has come.
    const start = parseStatusLine(this.#received.toString('latin1', 0, lineEnd).replace(/\r$/, ''))
    const end = this.#findEmptyLine()
    if (!end) return undefined
    const [, ...lines] = this.#received.toString('latin1', 0, end.before).split(/\r?\n/)
    this.#received = this.#received.subarray(end.behind)
    this.#searched = 0
    return headOf(start, headersOf(lines))
  }

  #findEmptyLine(): { readonly before: number; readonly behind: number } | undefined {
    const bytes = this.#received
    for (let at = bytes.indexOf('\n', this.#searched); at >= 0; at = bytes.indexOf('\n', at + 1)) {
      this.#searched = at
      const next = bytes[at + 1] === RETURN ? at + 2 : at + 1
      if (next >= bytes.length) return undefined
      if (bytes[next] === NEWLINE) return { before: bytes[at - 1] === RETURN ? at - 1 : at, behind: next + 1 }
    }
    return undefined
  }
}

function headersOf(lines: readonly string[]): Headers {
  // Each header with the lines that continue it.
  const unfolded: string[][] = []
  for (const line of lines) {
    const continued = /^[ \t]/.test(line) ? unfolded.at(-1) : undefined
    if (continued) continued.push(line.trim())
    else unfolded.push([line.trimEnd()])
  }
  if (unfolded[0]?.[0]?.startsWith(' ')) throw new UnreadableAnswer()
  const headers = new Map<string, string[]>()
  for (const line of unfolded.map((each) => each.join(' '))) {
    const [, name, value = ''] = /^([\w!#$%&'*+.^`|~ -]+):(.*)$/s.exec(line) ?? []
    if (name === undefined || /[\0-\x08\x0a-\x1f\x7f]/.test(value)) throw new UnreadableAnswer()
    const key = name.toLowerCase()
    const values = headers.get(key)
    if (values) values.push(value.trim())
    else headers.set(key, [value.trim()])
  }
  return headers
}

function parseStatusLine(line: string): StatusLine {
  const [, version, code] = /^HTTP\/(\d\.\d) +(\+?\d+)(?: |$)/.exec(line) ?? []
  if (code?.length !== 3) throw new UnreadableAnswer()
  return { status: Number(code), version: Number(version) }
}

function headOf({ status, version }: StatusLine, headers: Headers): ResponseHead {
  const encodings = version > 1 ? (headers.get('transfer-encoding') ?? []) : []
  if (encodings.length > 1 || (encodings[0] !== undefined && encodings[0].toLowerCase() !== 'chunked'))
    throw new UnreadableAnswer()
  const isChunked = encodings.length === 1
  if (isChunked && trailersOf(headers).some((name) => NO_TRAILERS.includes(name)))
    throw new UnreadableAnswer()
  const lengths = [...new Set(headers.get('content-length'))]
  if (lengths.length > 1 || !lengths.every(isLength)) throw new UnreadableAnswer()
  const hasBody = status !== 204 && status !== 304 && status >= 200
  const location = headers.get('location')?.[0]
  return {
    status,
    location: location ? Buffer.from(location, 'latin1').toString('utf8') : undefined,
    body: !hasBody
      ? { kind: 'length', length: 0 }
      : isChunked
        ? { kind: 'chunked' }
        : lengths[0] === undefined
          ? { kind: 'to the end' }
          : { kind: 'length', length: Number(lengths[0]) },
  }
}

const isLength = (text: string) => /^\d+$/.test(text) && BigInt(text) < MOST_LENGTH

/** The announced ones, in lower case. */
function trailersOf(headers: Headers): readonly string[] {
  return (headers.get('trailer') ?? []).flatMap((value) =>
    value.split(',').map((each) => each.trim().toLowerCase()),
  )
}
