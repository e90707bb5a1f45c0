/** Reads a central directory in pieces, because archives may have a million entries. */
import type { FileHandle } from 'node:fs/promises'
import { InputError } from '../../problems/problems.ts'
import type { ArchiveEnd } from './archive-end.ts'
import { readAt } from './positioned-io.ts'
import { CENTRAL_HEADER, CENTRAL_HEADER_SIZE, MASKED_16, type Sizes, sizesOf } from './zip-records.ts'

const PIECE = 256 * 1024

/** One entry; `header` is valid only during the visit. Offsets are as written in the archive, without its shift. */
export interface CentralEntry extends Sizes {
  /** The whole central header: fixed part, name, extra fields, comment. */
  readonly header: Buffer
  /** Offset of the header in the file. */
  readonly position: number
  /** Bytes as Latin-1 characters; compare with the `latin1` form of a name's UTF-8. */
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly crc: number
}

/**
 * Calls `visit` for every entry, in order.
 * @returns the number of entries
 * @throws InputError when the directory is inconsistent with itself or its end record
 */
export async function visitCentralDirectory(
  file: FileHandle,
  end: ArchiveEnd,
  name: string,
  visit: (entry: CentralEntry) => void,
): Promise<number> {
  const stop = end.start + end.size
  let entries = 0
  let piece: Buffer = Buffer.alloc(0)
  let position = end.start
  for (let at = end.start; at < stop; ) {
    let length = entryLength(piece, at - position)
    if (length === undefined) {
      piece = await readAt(file, at, Math.min(PIECE, stop - at))
      position = at
      length = entryLength(piece, 0)
    }
    if (length === undefined) throw broken(name, entries)
    visit(parse(piece.subarray(at - position, at - position + length), at, name, entries))
    entries++
    at += length
  }
  // Old writers without zip64 store the number modulo 65,536.
  if (entries !== end.entries && (end.zip64 || (entries & MASKED_16) !== end.entries)) {
    throw new InputError(
      `${name}: damaged archive: the end record says ${end.entries} entries, found ${entries}. Build the archive again`,
    )
  }
  return entries
}

/** Undefined when the piece does not contain the whole header, of at most 46 + 3 × 65,535 bytes, less than a piece. */
function entryLength(piece: Buffer, at: number): number | undefined {
  if (at + CENTRAL_HEADER_SIZE > piece.length) return undefined
  const length =
    CENTRAL_HEADER_SIZE +
    piece.readUInt16LE(at + 28) +
    piece.readUInt16LE(at + 30) +
    piece.readUInt16LE(at + 32)
  return at + length > piece.length ? undefined : length
}

function parse(header: Buffer, position: number, archive: string, index: number): CentralEntry {
  if (header.readUInt32LE(0) !== CENTRAL_HEADER) throw broken(archive, index)
  const nameEnd = CENTRAL_HEADER_SIZE + header.readUInt16LE(28)
  const extra = header.subarray(nameEnd, nameEnd + header.readUInt16LE(30))
  const sizes = sizesOf(header, 0, extra)
  if (!sizes) throw broken(archive, index)
  return {
    header,
    position,
    name: header.toString('latin1', CENTRAL_HEADER_SIZE, nameEnd),
    flags: header.readUInt16LE(8),
    method: header.readUInt16LE(10),
    crc: header.readUInt32LE(16),
    ...sizes,
  }
}

function broken(name: string, index: number): InputError {
  return new InputError(
    `${name}: entry ${index + 1} of the central directory is damaged; build the archive again`,
  )
}
