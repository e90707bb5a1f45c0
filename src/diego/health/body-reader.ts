/** Detects the end of an HTTP response body. */
import type { ResponseHead } from './head-reader.ts'

export class BodyReader {
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
