import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'

const CHUNK = 1024 * 1024

interface Sum {
  /** 64 lower-case hex digits. */
  readonly sha256: string
  readonly bytes: number
}

/** The SHA-256 checksum of an open file. Reads by position, so the file's own position does not change. */
export function hashFile(fd: number): Sum {
  return new RunningSum().finish(fd)
}

/** Computes the checksum of a file while another reader reads it, so that it is read only once. */
export class RunningSum {
  readonly #hash = createHash('sha256')
  #bytes = 0

  /** Adds the next bytes of the file, starting at its beginning. */
  update(piece: Buffer): void {
    this.#hash.update(piece)
    this.#bytes += piece.length
  }

  /** Reads the rest; the whole file, if the other reader seeks in it or is another program. */
  finish(fd: number): Sum {
    const chunk = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      const length = readSync(fd, chunk, 0, CHUNK, this.#bytes)
      if (length === 0) return { sha256: this.#hash.digest('hex'), bytes: this.#bytes }
      this.update(chunk.subarray(0, length))
    }
  }
}
