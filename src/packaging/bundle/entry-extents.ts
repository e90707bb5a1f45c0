/** Positions of the entries' local headers and data, and a check against the central directory. */
import { readSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { InputError } from '../../problems/problems.ts'
import type { ArchiveEnd } from './archive-end.ts'
import type { CentralEntry } from './central-directory.ts'
import {
  CENTRAL_HEADER_SIZE,
  FLAG_DESCRIPTOR,
  LOCAL_HEADER,
  LOCAL_HEADER_SIZE,
  MASKED_32,
} from './zip-records.ts'

/** Bytes read at once. */
const PAGE = 4096

/** Collects numbers from the central directory, 38 bytes per entry. */
export class EntryExtents {
  readonly #offsets: Float64Array
  readonly #compressedSizes: Float64Array
  readonly #sizes: Float64Array
  /** Checksums of the names. */
  readonly #names: Uint32Array
  readonly #crcs: Uint32Array
  readonly #methods: Uint16Array
  #count = 0

  constructor(end: ArchiveEnd) {
    const most = Math.floor(end.size / CENTRAL_HEADER_SIZE)
    this.#offsets = new Float64Array(most)
    this.#compressedSizes = new Float64Array(most)
    this.#sizes = new Float64Array(most)
    this.#names = new Uint32Array(most)
    this.#crcs = new Uint32Array(most)
    this.#methods = new Uint16Array(most)
  }

  add(entry: CentralEntry): void {
    this.#offsets[this.#count] = entry.offset
    this.#compressedSizes[this.#count] = entry.compressedSize
    this.#sizes[this.#count] = entry.size
    this.#names[this.#count] = crc32(nameBytes(entry))
    this.#crcs[this.#count] = entry.crc
    this.#methods[this.#count] = entry.method
    this.#count++
  }

  /**
   * Reads every local header, in file order.
   * @throws InputError when one is not at its offset, has another name, size, method or checksum than the directory
   *   states, or when two entries share bytes
   */
  check(file: FileHandle, end: ArchiveEnd, name: string): void {
    const order = this.#inOrderOfFile()
    const headers = new LocalHeaders(file.fd)
    let previousEnd = end.shift
    for (let index = 0; index < this.#count; index++) {
      const each = order ? (order[index] ?? 0) : index
      const start = (this.#offsets[each] ?? 0) + end.shift
      if (start < previousEnd) {
        throw new InputError(
          `${name}: entries ${this.#pair(order, index)} of the central directory overlap; build the archive again`,
        )
      }
      const header = start + LOCAL_HEADER_SIZE > end.start ? undefined : headers.at(start)
      if (!header || !this.#agrees(header, each)) throw inconsistentEntry(name, each)
      previousEnd = start + header.length + (this.#compressedSizes[each] ?? 0)
      if (previousEnd > end.start) throw inconsistentEntry(name, each)
    }
  }

  #agrees({ fixed, name }: LocalHeaderBytes, entry: number): boolean {
    if (fixed.readUInt16LE(8) !== this.#methods[entry] || crc32(name) !== this.#names[entry]) return false
    // Stored after the data instead, where it cannot be found without reading the data.
    if ((fixed.readUInt16LE(6) & FLAG_DESCRIPTOR) !== 0) return true
    const agrees = (told: number, known: number | undefined) => told === MASKED_32 || told === known
    return (
      fixed.readUInt32LE(14) === this.#crcs[entry] &&
      agrees(fixed.readUInt32LE(18), this.#compressedSizes[entry]) &&
      agrees(fixed.readUInt32LE(22), this.#sizes[entry])
    )
  }

  /** Undefined when the directory has that order already, which is nearly always the case. */
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

interface LocalHeaderBytes {
  readonly fixed: Buffer
  readonly name: Buffer
  /** Its whole length, including extra fields. */
  readonly length: number
}

/** Reads local headers a page at a time, so that small neighbouring entries share one read. */
class LocalHeaders {
  readonly #fd: number
  readonly #page = Buffer.alloc(PAGE)
  #start = 0
  #length = 0

  constructor(fd: number) {
    this.#fd = fd
  }

  /** Undefined when there is none. Valid until the next call. */
  at(position: number): LocalHeaderBytes | undefined {
    const fixed = this.#bytes(position, LOCAL_HEADER_SIZE)
    if (fixed?.readUInt32LE(0) !== LOCAL_HEADER) return undefined
    const nameLength = fixed.readUInt16LE(26)
    const length = LOCAL_HEADER_SIZE + nameLength + fixed.readUInt16LE(28)
    const whole = this.#bytes(position, LOCAL_HEADER_SIZE + nameLength)
    return whole && { fixed: whole, name: whole.subarray(LOCAL_HEADER_SIZE), length }
  }

  #bytes(position: number, length: number): Buffer | undefined {
    if (length > PAGE) {
      const bytes = Buffer.alloc(length)
      return readSync(this.#fd, bytes, 0, length, position) === length ? bytes : undefined
    }
    if (position < this.#start || position + length > this.#start + this.#length) {
      this.#start = position
      this.#length = readSync(this.#fd, this.#page, 0, PAGE, position)
    }
    const at = position - this.#start
    return length > this.#length - at ? undefined : this.#page.subarray(at, at + length)
  }
}

function nameBytes({ header }: CentralEntry): Buffer {
  return header.subarray(CENTRAL_HEADER_SIZE, CENTRAL_HEADER_SIZE + header.readUInt16LE(28))
}

function inconsistentEntry(name: string, index: number): InputError {
  return new InputError(
    `${name}: entry ${index + 1} differs from the central directory (offset, name, size, method or checksum); build the archive again`,
  )
}
