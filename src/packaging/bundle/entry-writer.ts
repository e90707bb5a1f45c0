/** Writes new entries (local headers and data) into an archive, from a given position on. */
import type { FileHandle } from 'node:fs/promises'
import { InputError } from '../../problems/problems.ts'
import { METHOD_DEFLATED, METHOD_STORED } from '../../zip/records.ts'
import type { Addition } from './addition.ts'
import { type Content, deflatedPieces, openContent, type Piece, storedPieces } from './content.ts'
import { type EntryRecord, localHeader } from './entry-headers.ts'
import { writeAll } from './positioned-io.ts'

/** From this size on, a local header has room for sizes over 4 GiB: deflate may enlarge a file slightly. */
const WIDE_FROM = 0xf0000000

export interface WrittenEntries {
  readonly records: readonly EntryRecord[]
  /** Offset of the next byte. */
  readonly position: number
}

/** Gets the number of bytes processed since the last call. */
export type OnBytes = (bytes: number) => void

/**
 * Writes local headers and data from `position` on.
 * @param shift size of the prefix that the archive's offsets do not include
 * @param onBytes counts the bytes read from the additions
 */
export async function writeEntries(
  target: FileHandle,
  position: number,
  shift: number,
  additions: readonly Addition[],
  onBytes: OnBytes,
): Promise<WrittenEntries> {
  const records: EntryRecord[] = []
  let at = position
  for (const addition of additions) {
    const content = openContent(addition.content)
    try {
      const record = await writeEntry(target, at, shift, addition, content, onBytes)
      records.push(record)
      at += localHeader(record).length + record.compressedSize
    } finally {
      content.close()
    }
  }
  return { records, position: at }
}

async function writeEntry(
  target: FileHandle,
  at: number,
  shift: number,
  addition: Addition,
  content: Content,
  onBytes: OnBytes,
): Promise<EntryRecord> {
  const blank: EntryRecord = {
    name: Buffer.from(addition.path),
    method: METHOD_STORED,
    crc: 0,
    size: 0,
    compressedSize: 0,
    offset: at - shift,
    modified: addition.modified,
    mode: addition.mode,
    wide: addition.size >= WIDE_FROM,
  }
  const dataAt = at + localHeader(blank).length
  const compresses = !addition.stored && addition.size > 0
  const pieces = compresses ? deflatedPieces(content) : storedPieces(content)
  let written = await writePieces(target, dataAt, pieces, onBytes)
  const pays = compresses && written.compressedSize < written.size
  if (compresses && !pays) written = await writePieces(target, dataAt, storedPieces(content), () => {})
  if (written.size !== addition.size) {
    throw new InputError(`${addition.from} was changed while bundle read it; run bundle again`)
  }
  const record = { ...blank, ...written, method: pays ? METHOD_DEFLATED : METHOD_STORED } as const
  await writeAll(target, localHeader(record), at)
  return record
}

async function writePieces(
  target: FileHandle,
  position: number,
  pieces: AsyncIterable<Piece>,
  onBytes: OnBytes,
): Promise<{ size: number; compressedSize: number; crc: number }> {
  let size = 0
  let compressedSize = 0
  let crc = 0
  for await (const piece of pieces) {
    await writeAll(target, piece.bytes, position + compressedSize)
    size += piece.size
    compressedSize += piece.bytes.length
    crc = piece.crc
    onBytes(piece.size)
  }
  return { size, compressedSize, crc }
}
