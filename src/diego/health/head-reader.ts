/**
 * The status line and headers of an HTTP answer, read as leniently as Go's `net/http` reads them (`ReadResponse`,
 * `textproto.ReadMIMEHeader`): bare newlines, blanks in header names and folded lines are fine there.
 */

export interface ResponseHead {
  readonly status: number
  /** Undefined where there is none, or an empty one. */
  readonly location: string | undefined
  readonly body:
    | { readonly kind: 'length'; readonly length: number }
    | { readonly kind: 'chunked' | 'to the end' }
}

type Headers = ReadonlyMap<string, readonly string[]>

const MOST_BYTES = 10 * 1024 * 1024
/** Informational answers before the real one. */
const MOST_INFORMATIONAL = 5

/** Go refuses it; the check's message does not say why. */
export class UnreadableAnswer extends Error {}

/** For one answer. */
export class HeadReader {
  #unread = Buffer.alloc(0)
  #statusLine: { readonly status: number; readonly hasChunks: boolean } | undefined
  #headers = new Map<string, string[]>()
  #read = 0
  #informational = 0

  /** What came behind the headers. */
  get rest(): Buffer {
    return this.#unread
  }

  /**
   * @returns undefined while more is wanted
   * @throws UnreadableAnswer
   */
  read(chunk: Buffer): ResponseHead | undefined {
    this.#unread = Buffer.concat([this.#unread, chunk])
    for (let line = this.#nextLine(); line !== undefined; line = this.#nextLine()) {
      if (!this.#statusLine) this.#statusLine = parseStatusLine(line)
      else if (line !== '') this.#addHeader(line)
      else {
        const { status, hasChunks } = this.#statusLine
        const headers = this.#headers
        if (status < 100 || status > 199 || status === 101) return headOf(status, headers, hasChunks)
        if (++this.#informational > MOST_INFORMATIONAL) throw new UnreadableAnswer()
        this.#statusLine = undefined
        this.#headers = new Map()
      }
    }
    return undefined
  }

  /** A header's line is whole when it is known that the next one does not continue it. */
  #nextLine(): string | undefined {
    let end = this.#unread.indexOf('\n')
    let line = end < 0 ? undefined : lineOf(this.#unread.subarray(0, end))
    while (this.#statusLine && line !== undefined && line !== '') {
      const next = this.#unread[end + 1]
      if (next === undefined) return this.#wantMore()
      if (next !== 0x20 && next !== 0x09) break
      const following = this.#unread.indexOf('\n', end + 1)
      if (following < 0) return this.#wantMore()
      line = `${line.trimEnd()} ${lineOf(this.#unread.subarray(end + 1, following)).trim()}`
      end = following
    }
    if (line === undefined) return this.#wantMore()
    this.#read += end + 1
    this.#unread = this.#unread.subarray(end + 1)
    return line
  }

  #wantMore(): undefined {
    if (this.#read + this.#unread.length > MOST_BYTES) throw new UnreadableAnswer()
    return undefined
  }

  #addHeader(line: string): void {
    const [, name, value] = /^([^:]*):(.*)$/s.exec(line) ?? []
    if (name === undefined || value === undefined) throw new UnreadableAnswer()
    if (!/^[\w!#$%&'*+.^`|~ -]*$/.test(name) || (this.#headers.size === 0 && name.startsWith(' ')))
      throw new UnreadableAnswer()
    if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) throw new UnreadableAnswer()
    const key = name.toLowerCase()
    this.#headers.set(key, [...(this.#headers.get(key) ?? []), value.trim()])
  }
}

function lineOf(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/\r$/, '')
}

function parseStatusLine(line: string): { readonly status: number; readonly hasChunks: boolean } {
  const [, major, minor, code] = /^HTTP\/(\d)\.(\d) +(\+?\d+)(?: |$)/.exec(line) ?? []
  if (code?.length !== 3) throw new UnreadableAnswer()
  return { status: Number(code), hasChunks: Number(major) > 1 || (major === '1' && minor !== '0') }
}

function headOf(status: number, headers: Headers, hasChunks: boolean): ResponseHead {
  const encodings = hasChunks ? (headers.get('transfer-encoding') ?? []) : []
  if (encodings.length > 1 || (encodings[0] !== undefined && encodings[0].toLowerCase() !== 'chunked'))
    throw new UnreadableAnswer()
  const isChunked = encodings.length === 1
  const lengths = isChunked ? [] : [...new Set(headers.get('content-length') ?? [])]
  if (lengths.length > 1 || !lengths.every((each) => /^\d{1,18}$/.test(each))) throw new UnreadableAnswer()
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
