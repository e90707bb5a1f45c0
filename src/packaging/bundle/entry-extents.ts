/** Positions of the entries' local headers and data, and a check against the central directory. */
import { readSync } from 'node:fs'
import { InputError } from '../../problems/problems.ts'
import {
  CENTRAL_HEADER_SIZE,
  dataStart,
  FLAG_DESCRIPTOR,
  LOCAL_HEADER,
  LOCAL_HEADER_SIZE,
  MASKED_32,
} from '../../zip/records.ts'
import type { Archive } from './archive.ts'
import type { OldEntry } from './archive-entries.ts'

/** Reads the local header of each entry that is added, and keeps 16 bytes of it. */
export class EntryExtents {
  readonly #archive: Archive
  /** Offsets in the file, by the entry's place in the central directory. */
  readonly #starts: Float64Array
  readonly #ends: Float64Array
  readonly #inconsistent = new Set<number>()
  #count = 0

  constructor(archive: Archive) {
    const most = Math.floor(archive.size / CENTRAL_HEADER_SIZE)
    this.#archive = archive
    this.#starts = new Float64Array(most)
    this.#ends = new Float64Array(most)
  }

  add(entry: OldEntry): void {
    const { file, shift, start: directory } = this.#archive
    const start = entry.offset + shift
    const header = start + LOCAL_HEADER_SIZE > directory ? undefined : localHeaderOf(entry, file.fd, start)
    const end = header ? dataStart(header, start) + entry.compressedSize : start
    if (!header || end > directory || !agrees(header, entry)) this.#inconsistent.add(this.#count)
    this.#starts[this.#count] = start
    this.#ends[this.#count] = end
    this.#count++
  }

  /**
   * @throws InputError when a local header is not at its offset, has another name, size, method or checksum than the
   *   directory states, or when two entries share bytes
   */
  check(): void {
    const { name, shift } = this.#archive
    const order = this.#inOrderOfFile()
    let previous: number | undefined
    let previousEnd = shift
    for (let index = 0; index < this.#count; index++) {
      const each = order?.[index] ?? index
      if ((this.#starts[each] ?? 0) < previousEnd) {
        const pair =
          previous === undefined ? `${each + 1} and what is before it` : `${previous + 1} and ${each + 1}`
        throw new InputError(
          `${name}: entries ${pair} of the central directory overlap; build the archive again`,
        )
      }
      if (this.#inconsistent.has(each)) {
        throw new InputError(
          `${name}: entry ${each + 1} differs from the central directory (offset, name, size, method or checksum); build the archive again`,
        )
      }
      previous = each
      previousEnd = this.#ends[each] ?? 0
    }
  }

  /** Undefined when the directory has that order already, which is nearly always the case. */
  #inOrderOfFile(): Uint32Array | undefined {
    const starts = this.#starts.subarray(0, this.#count)
    if (starts.every((start, index) => index === 0 || (starts[index - 1] ?? 0) <= start)) return undefined
    return Uint32Array.from(starts, (_, index) => index).sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0))
  }
}

/** With a name as long as the entry's. Undefined when there is none. */
function localHeaderOf({ name }: OldEntry, fd: number, position: number): Buffer | undefined {
  const header = Buffer.allocUnsafe(LOCAL_HEADER_SIZE + name.length)
  const isWhole = readSync(fd, header, 0, header.length, position) === header.length
  return isWhole && header.readUInt32LE(0) === LOCAL_HEADER ? header : undefined
}

function agrees(local: Buffer, entry: OldEntry): boolean {
  const name = local.toString('latin1', LOCAL_HEADER_SIZE)
  if (local.readUInt16LE(26) !== entry.name.length || name !== entry.name) return false
  if (local.readUInt16LE(8) !== entry.method) return false
  // Stored after the data instead, where it cannot be found without reading the data.
  if ((local.readUInt16LE(6) & FLAG_DESCRIPTOR) !== 0) return true
  const states = (at: number, known: number) => [known, MASKED_32].includes(local.readUInt32LE(at))
  return local.readUInt32LE(14) === entry.crc && states(18, entry.compressedSize) && states(22, entry.size)
}
