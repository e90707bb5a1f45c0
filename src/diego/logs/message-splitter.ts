/**
 * The bytes that a process writes → log messages, as Diego cuts them: at newlines and carriage returns, empty ones
 * dropped, and at 60 KiB. Source: cloudfoundry/executor, depot/log_streamer/stream_destination.go.
 */
import { isUtf8 } from 'node:buffer'

/** One message: the bytes themselves where they are not UTF-8. */
export type MessageText = string | Buffer

const MOST_BYTES = 61_440
const NEWLINE = 0x0a
const RETURN = 0x0d

/** For one output of one process. Holds at most 60 KiB. */
export class MessageSplitter {
  #pending: Buffer = Buffer.alloc(0)
  readonly #emit: (text: MessageText, bytes: number) => void

  /** @param emit gets each message and its length in bytes */
  constructor(emit: (text: MessageText, bytes: number) => void) {
    this.#emit = emit
  }

  write(chunk: Buffer): void {
    const isText = isUtf8(chunk)
    const hasReturns = chunk.includes(RETURN)
    let start = 0
    for (let end = lineEnd(chunk, 0, hasReturns); end >= 0; end = lineEnd(chunk, start, hasReturns)) {
      if (this.#pending.length === 0 && end - start < MOST_BYTES) {
        const line = isText
          ? chunk.toString('utf8', start, end)
          : textOf(Buffer.from(chunk.subarray(start, end)))
        if (end > start) this.#emit(line, end - start)
      } else {
        this.#append(chunk.subarray(start, end))
        this.flush()
      }
      start = end + 1
    }
    if (start < chunk.length) this.#append(chunk.subarray(start))
  }

  /** Emits what has come since the last newline. */
  flush(): void {
    if (this.#pending.length > 0) this.#emit(textOf(this.#pending), this.#pending.length)
    this.#pending = Buffer.alloc(0)
  }

  #append(bytes: Buffer): void {
    // A copy: the chunk that it is a part of may be large, and is not to be kept.
    let rest = Buffer.concat([this.#pending, bytes])
    // A full buffer that ends with a whole character is emitted when more comes, or by its newline.
    while (rest.length >= MOST_BYTES) {
      const end = cut(rest)
      if (end === rest.length) break
      this.#emit(textOf(rest.subarray(0, end)), end)
      rest = rest.subarray(end)
    }
    this.#pending = rest
  }
}

function lineEnd(chunk: Buffer, start: number, hasReturns: boolean): number {
  const newline = chunk.indexOf(NEWLINE, start)
  if (!hasReturns) return newline
  const until = newline < 0 ? chunk.length : newline
  const back = chunk.subarray(start, until).indexOf(RETURN)
  return back < 0 ? newline : start + back
}

function textOf(bytes: Buffer): MessageText {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes
}

/** Where a long line is cut: at 60 KiB, or up to three bytes before, so that it ends with a whole character. */
function cut(bytes: Buffer): number {
  let end = MOST_BYTES
  while (end > MOST_BYTES - 3 && !endsWithCharacter(bytes, end)) end--
  return end
}

/** Whether Go's `utf8.DecodeLastRune` finds one: U+FFFD does not count, it stands for an error there. */
function endsWithCharacter(bytes: Buffer, end: number): boolean {
  for (let length = 1; length <= 4; length++) {
    const last = bytes.subarray(end - length, end)
    if (isUtf8(last)) return last.toString('utf8') !== '\ufffd'
  }
  return false
}
