/** Where the entries' local headers and data are, and whether the central directory tells the truth about them. */
import { readSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { InputError } from '../../config/problems.ts'
import type { ArchiveEnd } from './archive-end.ts'
import type { CentralEntry } from './central-directory.ts'
import {
  CENTRAL_HEADER_SIZE,
  FLAG_DESCRIPTOR,
  LOCAL_HEADER,
  LOCAL_HEADER_SIZE,
  MASKED_32,
} from './zip-records.ts'

/** Small neighbours share one read of a page. */
const PAGE = 4096

/** Collects what the central directory tells, in numbers only: 28 bytes an entry. */
export class EntryExtents {
  readonly #offsets: Float64Array
  readonly #sizes: Float64Array
  readonly #crcs: Uint32Array
  readonly #methods: Uint16Array
  #count = 0

  constructor(end: ArchiveEnd) {
    const most = Math.floor(end.size / CENTRAL_HEADER_SIZE)
    this.#offsets = new Float64Array(most)
    this.#sizes = new Float64Array(most)
    this.#crcs = new Uint32Array(most)
    this.#methods = new Uint16Array(most)
  }

  add(entry: CentralEntry): void {
    this.#offsets[this.#count] = entry.offset
    this.#sizes[this.#count] = entry.compressedSize
    this.#crcs[this.#count] = entry.crc
    this.#methods[this.#count] = entry.method
    this.#count++
  }

  /**
   * Reads every local header, in the order of the file.
   * @throws InputError when one is not where the directory says, tells another size, method or checksum,
   *   or when two entries share bytes
   */
  check(file: FileHandle, end: ArchiveEnd, name: string): void {
    const order = this.#inOrderOfFile()
    const page = Buffer.alloc(PAGE)
    let pageStart = -1
    let pageLength = 0
    let previousEnd = end.shift
    for (let index = 0; index < this.#count; index++) {
      const each = order ? (order[index] ?? 0) : index
      const start = (this.#offsets[each] ?? 0) + end.shift
      if (start < previousEnd) {
        throw new InputError(
          `${name}: entries ${this.#pair(order, index)} of its central directory share bytes; build the archive again`,
        )
      }
      if (start + LOCAL_HEADER_SIZE > end.start) throw lie(name, each)
      if (pageStart < 0 || start + LOCAL_HEADER_SIZE > pageStart + pageLength) {
        pageStart = start
        pageLength = readSync(file.fd, page, 0, PAGE, start)
        if (pageLength < LOCAL_HEADER_SIZE) throw lie(name, each)
      }
      const dataStart = this.#checkLocalHeader(page, start - pageStart, start, each, name)
      previousEnd = dataStart + (this.#sizes[each] ?? 0)
      if (previousEnd > end.start) throw lie(name, each)
    }
  }

  /** @returns where the entry's data starts in the file */
  #checkLocalHeader(page: Buffer, at: number, start: number, entry: number, name: string): number {
    if (page.readUInt32LE(at) !== LOCAL_HEADER) throw lie(name, entry)
    if (page.readUInt16LE(at + 8) !== this.#methods[entry]) throw lie(name, entry)
    if ((page.readUInt16LE(at + 6) & FLAG_DESCRIPTOR) === 0) {
      const size = page.readUInt32LE(at + 18)
      if (size !== MASKED_32 && size !== this.#sizes[entry]) throw lie(name, entry)
      if (page.readUInt32LE(at + 14) !== this.#crcs[entry]) throw lie(name, entry)
    }
    return start + LOCAL_HEADER_SIZE + page.readUInt16LE(at + 26) + page.readUInt16LE(at + 28)
  }

  /** Undefined when the directory is in that order already, as nearly always. */
  #inOrderOfFile(): Uint32Array | undefined {
    const offsets = this.#offsets
    let isSorted = true
    for (let index = 1; index < this.#count && isSorted; index++) {
      isSorted = (offsets[index - 1] ?? 0) <= (offsets[index] ?? 0)
    }
    if (isSorted) return undefined
    return Uint32Array.from({ length: this.#count }, (_, index) => index).sort(
      (a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0),
    )
  }

  #pair(order: Uint32Array | undefined, index: number): string {
    const number = (at: number) => (order ? (order[at] ?? 0) : at) + 1
    return index === 0 ? `${number(0)} and what is before it` : `${number(index - 1)} and ${number(index)}`
  }
}

function lie(name: string, index: number): InputError {
  return new InputError(
    `${name}: entry ${index + 1} is not what its central directory says (place, size, method or checksum); build the archive again`,
  )
}
