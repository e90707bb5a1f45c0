/** Writes the new central directory: the old one, byte for byte, then the new headers, then the end records. */
import type { FileHandle } from 'node:fs/promises'
import { readBytes } from '../../system/foreign-file.ts'
import {
  CENTRAL_HEADER,
  END_RECORD,
  END_RECORD_SIZE,
  MASKED_16,
  MASKED_32,
  ZIP64_END_RECORD,
  ZIP64_END_RECORD_SIZE,
  ZIP64_LOCATOR,
  ZIP64_LOCATOR_SIZE,
} from '../../zip/records.ts'
import type { Archive } from './archive.ts'
import type { OldEntry } from './archive-entries.ts'
import { centralHeader, type EntryRecord, MADE_BY_UNIX, VERSION_ZIP64 } from './entry-headers.ts'
import { hasSignature, writeAll } from './positioned-io.ts'

const COPY = 1024 * 1024

/** An old entry whose central header is omitted, or replaced by one of the same length. */
interface HeaderChange {
  readonly entry: OldEntry
  readonly instead?: Buffer
}

/** The old directory and its changes. */
export interface DirectoryChange {
  readonly archive: Archive
  /** The real number of old entries. */
  readonly entries: number
  /** In file order. */
  readonly headers: readonly HeaderChange[]
}

/**
 * The offset of the directory if `position` is free: there, or one byte later. After a prefix that its offsets do not
 * include, an archive is ambiguous if a header is also at the offset without the prefix (Go's reader tries that).
 */
export function directoryPosition(target: FileHandle, position: number, { shift }: Archive): number {
  const isAmbiguous = shift > 0 && hasSignature(target, position - shift, CENTRAL_HEADER)
  return isAmbiguous ? position + 1 : position
}

/** @returns the new length of the archive */
export async function writeDirectory(
  target: FileHandle,
  position: number,
  { archive, entries, headers }: DirectoryChange,
  added: readonly EntryRecord[],
): Promise<number> {
  let at = position
  let from = archive.start
  const copyUntil = async (stop: number) => {
    while (from < stop) {
      const piece = readBytes(archive.file.fd, from, Math.min(COPY, stop - from))
      if (piece.length === 0) throw new Error('the archive became shorter while it was read')
      at = await writeAll(target, piece, at)
      from += piece.length
    }
  }
  for (const { entry, instead } of headers) {
    await copyUntil(entry.position)
    if (instead) at = await writeAll(target, instead, at)
    from += entry.header.length
  }
  await copyUntil(archive.start + archive.size)
  at = await writeAll(target, Buffer.concat(added.map(centralHeader)), at)
  const dropped = headers.filter((each) => !each.instead).length
  const end = endRecords(archive, position, at - position, entries - dropped + added.length)
  return writeAll(target, end, at)
}

/** The records after a central directory of `size` bytes at `start`; keeps the comment and other data of the old end. */
function endRecords(old: Archive, start: number, size: number, entries: number): Buffer {
  const offset = start - old.shift
  const end = Buffer.alloc(END_RECORD_SIZE)
  end.writeUInt32LE(END_RECORD, 0)
  end.writeUInt16LE(Math.min(entries, MASKED_16), 8)
  end.writeUInt16LE(Math.min(entries, MASKED_16), 10)
  end.writeUInt32LE(Math.min(size, MASKED_32), 12)
  end.writeUInt32LE(Math.min(offset, MASKED_32), 16)
  end.writeUInt16LE(old.comment.length, 20)
  const isLarge = entries >= MASKED_16 || size >= MASKED_32 || offset >= MASKED_32
  if (!isLarge && !old.zip64) return Buffer.concat([end, old.comment])

  const record = old.zip64 ? Buffer.from(old.zip64.record) : newZip64Record()
  for (const [index, value] of [entries, entries, size, offset].entries()) {
    record.writeBigUInt64LE(BigInt(value), 24 + index * 8)
  }
  const locator = Buffer.alloc(ZIP64_LOCATOR_SIZE)
  locator.writeUInt32LE(ZIP64_LOCATOR, 0)
  locator.writeBigUInt64LE(BigInt(offset + size), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([record, locator, end, old.comment])
}

function newZip64Record(): Buffer {
  const record = Buffer.alloc(ZIP64_END_RECORD_SIZE)
  record.writeUInt32LE(ZIP64_END_RECORD, 0)
  record.writeBigUInt64LE(BigInt(ZIP64_END_RECORD_SIZE - 12), 4)
  record.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12)
  record.writeUInt16LE(VERSION_ZIP64, 14)
  return record
}
