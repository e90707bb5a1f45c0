/** Stops decompression bombs: limits the unpacked size in proportion to the size of the archive. */
import { RefusedArchive } from './escape.ts'

const MAX_ENTRIES = 100_000
/** Every archive may unpack to this many bytes … */
const BASE = 256 * 1024 ** 2
/** … plus this many times its own size. Programs and text files stay far below. */
const RATIO = 100

export class Bounds {
  readonly #limit: number
  #bytes = 0
  #entries = 0

  /** @param packed the size of the archive in bytes */
  constructor(packed: number) {
    this.#limit = BASE + RATIO * packed
  }

  /** @param announced the entry's size according to the archive @throws RefusedArchive beyond a limit */
  entry(announced: number): void {
    if (++this.#entries > MAX_ENTRIES) throw new RefusedArchive(`it has more than ${MAX_ENTRIES} entries`)
    if (this.#bytes + announced > this.#limit) this.#refuse()
  }

  /** @throws RefusedArchive when these bytes exceed the limit */
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
