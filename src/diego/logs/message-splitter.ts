/**
 * Splits the output of a process into log messages as Diego does: at newlines and carriage returns, without empty
 * messages, and at 60 KiB. Source: cloudfoundry/executor, depot/log_streamer/stream_destination.go.
 */
import { isUtf8 } from 'node:buffer'

/** One message; bytes if they are not valid UTF-8. */
export type MessageText = string | Buffer

const MOST_BYTES = 61_440
const NEWLINE = 0x0a
const RETURN = 0x0d

/** For one output of one process. Keeps at most 60 KiB. */
export class MessageSplitter {
  #pending: Buffer = Buffer.alloc(0)
  #found: MessageText[] = []
  readonly #emit: (messages: readonly MessageText[]) => void

  /** @param emit gets all messages of a chunk together, because there may be hundreds of thousands per second */
  constructor(emit: (messages: readonly MessageText[]) => void) {
    this.#emit = emit
  }

  write(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1
    const begun = this.#pending.length > 0 && end > 0 ? this.#line(chunk, 0) : 0
    const whole = chunk.subarray(begun, end)
    const lines = textLines(whole)
    if (lines) this.#found = this.#found.concat(lines)
    else for (let start = 0; start < whole.length; ) start = this.#line(whole, start)
    this.#rest(chunk.subarray(Math.max(begun, end)))
    this.#emitFound()
  }

  /** Emits the output since the last newline. */
  flush(): void {
    this.#flushPending()
    this.#emitFound()
  }

  /** @returns where the next line starts */
  #line(bytes: Buffer, start: number): number {
    const newline = bytes.indexOf(NEWLINE, start)
    this.#rest(bytes.subarray(start, newline))
    this.#flushPending()
    return newline + 1
  }

  /** Output that may contain carriage returns, but no newline. */
  #rest(bytes: Buffer): void {
    let start = 0
    for (let end = bytes.indexOf(RETURN); end >= 0; end = bytes.indexOf(RETURN, start)) {
      this.#append(bytes.subarray(start, end))
      this.#flushPending()
      start = end + 1
    }
    if (start < bytes.length) this.#append(bytes.subarray(start))
  }

  #flushPending(): void {
    if (this.#pending.length > 0) this.#found.push(textOf(this.#pending))
    this.#pending = Buffer.alloc(0)
  }

  #emitFound(): void {
    if (this.#found.length === 0) return
    const found = this.#found
    this.#found = []
    this.#emit(found)
  }

  #append(bytes: Buffer): void {
    // A copy, so that the whole chunk, which may be large, is not kept in memory.
    let rest = Buffer.concat([this.#pending, bytes])
    let held = this.#pending.length
    // A full buffer that ends with a whole character is emitted with the next output or its newline.
    while (rest.length >= MOST_BYTES) {
      // Only new bytes are left for the next message, so a character that began in earlier output is split.
      const end = Math.max(cut(rest), held)
      held = 0
      if (end === rest.length) break
      this.#found.push(textOf(rest.subarray(0, end)))
      rest = rest.subarray(end)
    }
    this.#pending = rest
  }
}

/**
 * The usual case, many times faster: whole lines of text, none of them long.
 * @returns undefined when it is not that
 */
function textLines(bytes: Buffer): readonly string[] | undefined {
  if (bytes.length === 0) return []
  if (bytes.includes(RETURN) || !isUtf8(bytes)) return undefined
  const lines = bytes.toString('utf8').split('\n')
  // A UTF-16 unit has three bytes at most.
  return lines.some(({ length }) => length >= MOST_BYTES / 3)
    ? undefined
    : lines.filter((line) => line !== '')
}

function textOf(bytes: Buffer): MessageText {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes
}

/** Where a long line is split: at 60 KiB, or up to three bytes before, so that it ends with a whole character. */
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
