/**
 * The bytes that a process writes → log messages, as Diego cuts them: at newlines and carriage returns,
 * empty ones dropped, and at 60 KiB, there not within a character.
 */
const MOST_BYTES = 61_440
const NEWLINE = 0x0a
const RETURN = 0x0d

/** For one output of one process. Holds no more than 60 KiB. */
export class MessageSplitter {
  #pending: Buffer = Buffer.alloc(0)
  readonly #emit: (text: string) => void

  constructor(emit: (text: string) => void) {
    this.#emit = emit
  }

  write(chunk: Buffer): void {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte !== NEWLINE && byte !== RETURN) continue
      this.#line(chunk.subarray(start, at))
      start = at + 1
    }
    if (start < chunk.length) this.#append(chunk.subarray(start))
  }

  /** Emits what has come since the last newline. */
  flush(): void {
    if (this.#pending.length > 0) this.#emit(this.#pending.toString('utf8'))
    this.#pending = Buffer.alloc(0)
  }

  #line(bytes: Buffer): void {
    if (this.#pending.length > 0 || bytes.length >= MOST_BYTES) {
      this.#append(bytes)
      this.flush()
    } else if (bytes.length > 0) this.#emit(bytes.toString('utf8'))
  }

  #append(bytes: Buffer): void {
    let rest = this.#pending.length > 0 ? Buffer.concat([this.#pending, bytes]) : bytes
    while (rest.length >= MOST_BYTES) {
      const end = characterBoundary(rest, MOST_BYTES)
      this.#emit(rest.toString('utf8', 0, end))
      rest = rest.subarray(end)
    }
    // A copy: the chunk that it is a part of may be large, and is not to be kept.
    this.#pending = Buffer.from(rest)
  }
}

/** The last offset up to `end` that does not lie within a UTF-8 character; bytes that are no UTF-8 are cut anywhere. */
function characterBoundary(bytes: Buffer, end: number): number {
  for (let start = end - 1; start >= end - 3; start--) {
    const byte = bytes[start] ?? 0
    if (byte < 0x80) return end
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return start + length > end ? start : end
    }
  }
  return end
}
