import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'

const CHUNK = 1024 * 1024

export interface Sum {
  /** 64 lower-case hex digits. */
  readonly sha256: string
  readonly bytes: number
}

/** The SHA-256 sum of an open file from its beginning. Reads by position: the file's own stays where it is. */
export function hashFile(fd: number): Sum {
  return new RunningSum().finish(fd)
}

/** The checksum of a file that another reader reads anyway, so that it is read once. */
export class RunningSum {
  readonly #hash = createHash('sha256')
  #bytes = 0

  /** The file's next bytes, from its beginning on. */
  update(piece: Buffer): void {
    this.#hash.update(piece)
    this.#bytes += piece.length
  }

  /** Reads the rest: all of it, if the other reader seeks in the file or is another program. */
  finish(fd: number): Sum {
    const chunk = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      const length = readSync(fd, chunk, 0, CHUNK, this.#bytes)
      if (length === 0) return { sha256: this.#hash.digest('hex'), bytes: this.#bytes }
      this.update(chunk.subarray(0, length))
    }
  }
}
