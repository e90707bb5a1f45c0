/** Stops decompression bombs: bounds what an archive may unpack to by what it takes itself. */
import { RefusedArchive } from './escape.ts'

const MAX_ENTRIES = 100_000
/** Any archive may unpack to so much … */
const BASE = 256 * 1024 ** 2
/** … and to so many times its own size beyond. Programs and texts stay far below. */
const RATIO = 100

export class Bounds {
  readonly #limit: number
  #bytes = 0
  #entries = 0

  /** @param packed the size of the archive in bytes */
  constructor(packed: number) {
    this.#limit = BASE + RATIO * packed
  }

  /** @throws RefusedArchive when an entry, of which so much is announced, is one too many */
  entry(announced: number): void {
    if (++this.#entries > MAX_ENTRIES) throw new RefusedArchive(`it has more than ${MAX_ENTRIES} entries`)
    if (this.#bytes + announced > this.#limit) this.#refuse()
  }

  /** @throws RefusedArchive when so many more bytes are too many */
  bytes(count: number): void {
    this.#bytes += count
    if (this.#bytes > this.#limit) this.#refuse()
  }

  #refuse(): never {
    const megabytes = Math.floor(this.#limit / 1024 ** 2)
    throw new RefusedArchive(
      `it unpacks to more than ${megabytes} MiB, far more than an archive of its size should`,
    )
  }
}
