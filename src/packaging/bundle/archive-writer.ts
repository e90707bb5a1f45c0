/** Writes new entries (local headers and data) into an archive, from a given position on. */
import type { FileHandle } from 'node:fs/promises'
import { InputError } from '../../problems/problems.ts'
import type { Addition } from './addition.ts'
import { beginCompression, deflatedPieces, type Piece, storedPieces } from './compression.ts'
import type { Content } from './content.ts'
import { writeAll } from './positioned-io.ts'
import { type EntryRecord, localHeader, METHOD_DEFLATED, METHOD_STORED } from './zip-records.ts'

/** From this size on, a local header has room for sizes over 4 GiB: deflate may enlarge a file slightly. */
const WIDE_FROM = 0xf0000000

export interface WrittenEntries {
  readonly records: readonly EntryRecord[]
  /** Offset of the next byte. */
  readonly position: number
}

/** An addition whose compression has started before it is known whether and where it is written. */
export interface BegunAddition {
  readonly addition: Addition
  readonly content: Content
  readonly pieces: AsyncIterable<Piece>
  /** Must be called in any case. */
  abandon(): Promise<void>
}

/** Begins with the first one that is compressed; undefined if there is none. */
export function beginAddition(additions: readonly Addition[]): BegunAddition | undefined {
  const addition = additions.find(isDeflated)
  if (!addition) return undefined
  const content = addition.open()
  const { pieces, abandon } = beginCompression(content)
  return { addition, content, pieces, abandon: () => abandon().finally(() => content.close()) }
}

function isDeflated({ stored, size }: Addition): boolean {
  return !stored && size > 0
}

/**
 * Writes local headers and data from `position` on. Compression starts at once, even before `target` is ready.
 * @param shift size of the prefix that the archive's offsets do not include
 * @param onBytes gets the number of bytes of the additions read since the last call
 */
export async function writeEntries(
  target: Promise<FileHandle>,
  position: number,
  shift: number,
  additions: readonly Addition[],
  begun: BegunAddition | undefined,
  onBytes: (bytes: number) => void,
): Promise<WrittenEntries> {
  const records: EntryRecord[] = []
  let at = position
  for (const addition of additions) {
    // Compared by its content, because its path may have changed.
    const mine = begun?.addition.open === addition.open ? begun : undefined
    const content = mine?.content ?? addition.open()
    try {
      const source = { addition, content, deflated: mine?.pieces ?? deflatedPieces(content) }
      const record = await writeEntry(target, at, shift, source, onBytes)
      records.push(record)
      at += localHeader(record).length + record.compressedSize
    } finally {
      content.close()
    }
  }
  return { records, position: at }
}

interface EntrySource {
  readonly addition: Addition
  readonly content: Content
  /** Starts when it is iterated. */
  readonly deflated: AsyncIterable<Piece>
}

async function writeEntry(
  target: Promise<FileHandle>,
  at: number,
  shift: number,
  source: EntrySource,
  onBytes: (bytes: number) => void,
): Promise<EntryRecord> {
  const { addition, content } = source
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
  const compresses = isDeflated(addition)
  let written = await writePieces(
    target,
    dataAt,
    compresses ? source.deflated : storedPieces(content),
    onBytes,
  )
  const pays = compresses && written.compressedSize < written.size
  if (compresses && !pays) written = await writePieces(target, dataAt, storedPieces(content), () => {})
  if (written.size !== addition.size) {
    throw new InputError(`${addition.from} was changed while bundle read it; run bundle again`)
  }
  const record = { ...blank, ...written, method: pays ? METHOD_DEFLATED : METHOD_STORED } as const
  await writeAll(await target, localHeader(record), at)
  return record
}

async function writePieces(
  target: Promise<FileHandle>,
  position: number,
  pieces: AsyncIterable<Piece>,
  onBytes: (bytes: number) => void,
): Promise<{ size: number; compressedSize: number; crc: number }> {
  let size = 0
  let compressedSize = 0
  let crc = 0
  for await (const piece of pieces) {
    await writeAll(await target, piece.bytes, position + compressedSize)
    size += piece.size
    compressedSize += piece.bytes.length
    crc = piece.crc
    onBytes(piece.size)
  }
  return { size, compressedSize, crc }
}
