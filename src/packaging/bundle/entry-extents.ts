/** Positions of the entries' local headers and data, and a check against the central directory. */
import { readSync } from 'node:fs'
import { InputError } from '../../problems/problems.ts'
import { dataStart, FLAG_DESCRIPTOR, LOCAL_HEADER, LOCAL_HEADER_SIZE, MASKED_32 } from '../../zip/records.ts'
import type { Archive } from './archive.ts'
import type { OldEntry } from './archive-entries.ts'

/** Offsets in the file. */
interface Extent {
  readonly start: number
  readonly end: number
  /** Whether the local header says the same as the central directory. */
  readonly isConsistent: boolean
}

/** Reads the local header of an entry. */
export function extentOf({ file, shift, start: directory }: Archive, entry: OldEntry): Extent {
  const start = entry.offset + shift
  const header = start + LOCAL_HEADER_SIZE > directory ? undefined : localHeaderOf(entry, file.fd, start)
  const end = header ? dataStart(header, start) + entry.compressedSize : start
  return { start, end, isConsistent: header !== undefined && end <= directory && agrees(header, entry) }
}

/**
 * @param extents in the order of the central directory
 * @throws InputError when a local header is not at its offset, has another name, size, method or checksum than the
 *   directory states, or when two entries share bytes
 */
export function checkExtents({ name, shift }: Archive, extents: readonly Extent[]): void {
  const inOrder = [...extents.entries()].sort(([, a], [, b]) => a.start - b.start)
  let previous: number | undefined
  let previousEnd = shift
  for (const [at, { start, end, isConsistent }] of inOrder) {
    if (start < previousEnd) {
      const pair =
        previous === undefined ? `${at + 1} and what is before it` : `${previous + 1} and ${at + 1}`
      throw new InputError(
        `${name}: entries ${pair} of the central directory overlap; build the archive again`,
      )
    }
    if (!isConsistent) {
      throw new InputError(
        `${name}: entry ${at + 1} differs from the central directory (offset, name, size, method or checksum); build the archive again`,
      )
    }
    previous = at
    previousEnd = end
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
