/** Writes the new central directory: the old one, byte for byte, then the new headers, then the end records. */
import type { FileHandle } from 'node:fs/promises'
import { type ArchiveEnd, endRecords } from './archive-end.ts'
import { readAt, writeAll } from './positioned-io.ts'
import { CENTRAL_HEADER } from './zip-records.ts'

const COPY = 1024 * 1024

export interface WrittenDirectory {
  /** The old archive, whose central directory is copied. */
  readonly source: FileHandle
  readonly end: ArchiveEnd
  /** The real number of entries (old writers store it modulo 65,536). */
  readonly entries: number
  /** Changes of central headers of old entries, in file order. */
  readonly headers: readonly HeaderChange[]
  /** Central headers of the new entries. */
  readonly added: readonly Buffer[]
}

/** A central header of the source file that is omitted or replaced. */
export interface HeaderChange {
  readonly position: number
  readonly length: number
  readonly instead?: Buffer
}

/**
 * The offset of the directory if `position` is free: there, or one byte later. After a prefix that its offsets do not
 * include, an archive is ambiguous if a header is also at the offset without the prefix (Go's reader tries that).
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

/** The number of bytes that `writeDirectory` writes at `position`. */
export function directoryLength(directory: WrittenDirectory, position: number): number {
  const { size, entries } = newDirectory(directory)
  return size + endRecords(directory.end, position, size, entries).length
}

/** @returns the new length of the archive */
export async function writeDirectory(
  target: FileHandle,
  position: number,
  directory: WrittenDirectory,
): Promise<number> {
  const { source, end, headers, added } = directory
  let at = position
  let from = end.start
  const stop: HeaderChange = { position: end.start + end.size, length: 0 }
  for (const hole of [...headers, stop]) {
    while (from < hole.position) {
      const piece = await readAt(source, from, Math.min(COPY, hole.position - from))
      if (piece.length === 0) throw new Error('the archive became shorter while it was read')
      at = await writeAll(target, piece, at)
      from += piece.length
    }
    if (hole.instead) at = await writeAll(target, hole.instead, at)
    from += hole.length
  }
  at = await writeAll(target, Buffer.concat(added), at)
  const { size, entries } = newDirectory(directory)
  return writeAll(target, endRecords(end, position, size, entries), at)
}

function newDirectory({ end, entries, headers, added }: WrittenDirectory): { size: number; entries: number } {
  const dropped = headers.filter((each) => !each.instead)
  const without = headers.reduce((sum, each) => sum - each.length + (each.instead?.length ?? 0), end.size)
  return {
    size: added.reduce((sum, each) => sum + each.length, without),
    entries: entries - dropped.length + added.length,
  }
}
