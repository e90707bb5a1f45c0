/** Writes the new central directory: the old one, byte for byte, then the new headers, then the end records. */
import type { FileHandle } from 'node:fs/promises'
import { type ArchiveEnd, endRecords } from './archive-end.ts'
import { readAt, writeAll } from './positioned-io.ts'
import { CENTRAL_HEADER, centralHeader, type EntryRecord } from './zip-records.ts'

const COPY = 1024 * 1024

export interface Directory {
  /** The archive as it was, to copy its central directory from. */
  readonly source: FileHandle
  readonly end: ArchiveEnd
  /** How many entries there are really (old writers count modulo 65,536). */
  readonly entries: number
  /** Central headers of old entries that are left out, in the order of the file. */
  readonly dropped: readonly Extent[]
  readonly added: readonly EntryRecord[]
}

/** Bytes of the source file. */
export interface Extent {
  readonly position: number
  readonly length: number
}

/**
 * Where the directory goes when `position` is free: there, or one byte on. Behind a prefix that its offsets do not
 * count an archive is ambiguous if a header also stands where the offset leads without the prefix (Go's reader tries that).
 */
export async function directoryPosition(
  target: FileHandle,
  position: number,
  end: ArchiveEnd,
): Promise<number> {
  if (end.shift === 0) return position
  const signature = await readAt(target, position - end.shift, 4)
  return signature.length === 4 && signature.readUInt32LE(0) === CENTRAL_HEADER ? position + 1 : position
}

/** Bytes that `writeDirectory` writes at `position`. */
export function directoryLength(directory: Directory, position: number): number {
  const { size, entries } = newDirectory(directory)
  return size + endRecords(directory.end, position, size, entries).length
}

/** @returns where the archive ends now */
export async function writeDirectory(
  target: FileHandle,
  position: number,
  directory: Directory,
): Promise<number> {
  const { source, end, dropped, added } = directory
  let at = position
  let from = end.start
  for (const hole of [...dropped, { position: end.start + end.size, length: 0 }]) {
    while (from < hole.position) {
      const piece = await readAt(source, from, Math.min(COPY, hole.position - from))
      if (piece.length === 0) throw new Error('the archive became shorter while it was read')
      at = await writeAll(target, piece, at)
      from += piece.length
    }
    from += hole.length
  }
  at = await writeAll(target, Buffer.concat(added.map(centralHeader)), at)
  const { size, entries } = newDirectory(directory)
  return writeAll(target, endRecords(end, position, size, entries), at)
}

function newDirectory({ end, entries, dropped, added }: Directory): { size: number; entries: number } {
  const without = dropped.reduce((sum, each) => sum - each.length, end.size)
  return {
    size: added.reduce((sum, each) => sum + centralHeader(each).length, without),
    entries: entries - dropped.length + added.length,
  }
}
