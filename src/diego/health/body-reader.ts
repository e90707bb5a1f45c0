/** Detects the end of an HTTP response body. */
import type { ResponseHead } from './head-reader.ts'

export class BodyReader {
  /** What came behind its end; undefined before that. */
  surplus: Buffer | undefined
  readonly #body: ResponseHead['body']
  /** Of the body, bytes. */
  #left: number
  readonly #isTooLong: boolean
  #chunks = Buffer.alloc(0)

  /** @param most bytes that are read at most */
  constructor({ body }: ResponseHead, most: number) {
    this.#body = body
    const length = body.kind === 'length' ? body.length : most
    // A longer body than wanted is not read at all.
    this.#isTooLong = length > most
    this.#left = this.#isTooLong ? 0 : length
  }

  /** @returns whether the body has ended or is malformed */
  read(bytes: Buffer): boolean {
    if (this.#body.kind === 'chunked' && this.#readChunks(bytes)) return true
    this.#left -= bytes.length
    if (this.#left <= 0 && this.#body.kind === 'length' && !this.#isTooLong)
      this.surplus = bytes.subarray(bytes.length + this.#left)
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
      if (length === 0) return this.#readTrailers(this.#chunks.subarray(lineEnd))
      const end = lineEnd + 1 + length + 2
      if (this.#chunks.length < end) return false
      if (this.#chunks.toString('latin1', end - 2, end) !== '\r\n') return true
      this.#chunks = this.#chunks.subarray(end)
    }
  }

  #readTrailers(bytes: Buffer): boolean {
    const end = /\n\r?\n/.exec(bytes.toString('latin1'))
    if (!end) return false
    this.surplus = bytes.subarray(end.index + end[0].length)
    return true
  }
}
