/**
 * The record of a finished `--in-place` run for `--undo`: 64 bytes directly before the new central directory, which
 * readers ignore. It contains the length of the old jar. A tool that rewrites the archive drops it; the run can then no
 * longer be undone.
 *
 * `SBUNDLE1`, old length, new length (8 bytes each, little-endian), SHA-256 of the old jar's tail, 8 bytes of zero.
 */
import type { FileHandle } from 'node:fs/promises'
import type { ArchiveEnd } from './archive-end.ts'
import { readAt } from './positioned-io.ts'
import { TAIL_DIGEST_SIZE, tailDigest } from './tail.ts'
import { readUint64, writeUint64 } from './zip-records.ts'

const MAGIC = Buffer.from('SBUNDLE1')
export const UNDO_RECORD_SIZE = 64

export function undoRecord(oldLength: number, newLength: number, oldTail: Buffer): Buffer {
  const record = Buffer.alloc(UNDO_RECORD_SIZE)
  MAGIC.copy(record)
  writeUint64(record, oldLength, 8)
  writeUint64(record, newLength, 16)
  oldTail.copy(record, 24, 0, TAIL_DIGEST_SIZE)
  return record
}

/** The length of the old jar; undefined if the end of the jar is not that of a run in place. */
export async function recordedOldLength(file: FileHandle, end: ArchiveEnd): Promise<number | undefined> {
  if (end.start < UNDO_RECORD_SIZE) return undefined
  const record = await readAt(file, end.start - UNDO_RECORD_SIZE, UNDO_RECORD_SIZE)
  if (!record.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const oldLength = readUint64(record, 8)
  if (oldLength === undefined || oldLength >= end.start || readUint64(record, 16) !== end.fileSize) {
    return undefined
  }
  const tail = record.subarray(24, 24 + TAIL_DIGEST_SIZE)
  return tail.equals(await tailDigest(file, oldLength)) ? oldLength : undefined
}
