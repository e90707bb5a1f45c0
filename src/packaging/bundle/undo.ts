/**
 * `--undo`, and the record of a finished `--in-place` run for it: 64 bytes directly before the new central directory, which
 * readers ignore. It contains the length of the old jar. A tool that rewrites the archive drops it; the run can then no
 * longer be undone.
 *
 * `SBUNDLE1`, old length, new length (8 bytes each, little-endian), SHA-256 of the old jar's tail, 8 bytes of zero.
 */
import { InputError } from '../../problems/problems.ts'
import { readBytes } from '../../system/foreign-file.ts'
import { type Archive, readArchiveEnd } from './archive.ts'
import { openJar, readable } from './jar-file.ts'
import { TAIL_DIGEST_SIZE, tailDigest, truncate } from './side-file.ts'

const MAGIC = Buffer.from('SBUNDLE1')
export const UNDO_RECORD_SIZE = 64

export interface Undone {
  /** What was undone: a finished run in place, or an interrupted one. */
  readonly what: 'finished' | 'interrupted'
  readonly bytesBefore: number
  readonly bytesAfter: number
}

/** Reverts the last run in place. @throws InputError when there is nothing to undo */
export async function undoBundle(name: string, cwd: string, dryRun: boolean): Promise<Undone> {
  const jar = await openJar({ jar: name, inPlace: true, dryRun }, cwd)
  const { file, length, lengthBefore: bytesBefore } = jar
  try {
    if (jar.isInterrupted) return { what: 'interrupted', bytesBefore, bytesAfter: length }
    const oldLength = recordedOldLength(readArchiveEnd(file, length, name))
    if (oldLength === undefined) {
      throw new InputError(`${name} has nothing to undo: only changes by "bundle --in-place" can be undone`)
    }
    if (!dryRun) await truncate(file, oldLength)
    return { what: 'finished', bytesBefore, bytesAfter: oldLength }
  } catch (error) {
    throw readable(error, name)
  } finally {
    await file.close()
  }
}

export function undoRecord(oldLength: number, newLength: number, oldTail: Buffer): Buffer {
  const record = Buffer.alloc(UNDO_RECORD_SIZE)
  MAGIC.copy(record)
  record.writeBigUInt64LE(BigInt(oldLength), 8)
  record.writeBigUInt64LE(BigInt(newLength), 16)
  oldTail.copy(record, 24, 0, TAIL_DIGEST_SIZE)
  return record
}

/** The length of the old jar; undefined if the end of the jar is not that of a run in place. */
function recordedOldLength({ file, start, length }: Archive): number | undefined {
  if (start < UNDO_RECORD_SIZE) return undefined
  const record = readBytes(file.fd, start - UNDO_RECORD_SIZE, UNDO_RECORD_SIZE)
  if (!record.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const oldLength = Number(record.readBigUInt64LE(8))
  if (oldLength >= start || Number(record.readBigUInt64LE(16)) !== length) return undefined
  const tail = record.subarray(24, 24 + TAIL_DIGEST_SIZE)
  return tail.equals(tailDigest(file, oldLength)) ? oldLength : undefined
}
