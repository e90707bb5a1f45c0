/** Finds an archive's central directory by its end record and zip64 records, and checks that they are consistent. */
import type { FileHandle } from 'node:fs/promises'
import { InputError } from '../../problems/problems.ts'
import { readAt } from './positioned-io.ts'
import {
  CENTRAL_HEADER,
  END_RECORD,
  END_RECORD_SIZE,
  MASKED_16,
  MASKED_32,
  readUint64,
  writeUint64,
  ZIP64_END_RECORD,
  ZIP64_END_RECORD_SIZE,
  ZIP64_LOCATOR,
  ZIP64_LOCATOR_SIZE,
} from './zip-records.ts'

/** Readers search the end record in this many last bytes: its size plus the longest comment. */
export const END_SEARCH = END_RECORD_SIZE + MASKED_16
/** The maximum number of bytes between the fixed part of a zip64 end record and its locator. */
const LONGEST_ZIP64_END_RECORD = 65_536

const LOCAL_SIGNATURE = Buffer.from('PK\x03\x04')

/** Positions are bytes from the start of the file. */
export interface ArchiveEnd {
  readonly fileSize: number
  /** Offset of the central directory. */
  readonly start: number
  readonly size: number
  readonly entries: number
  /**
   * Must be added to every offset in the archive: the size of an executable prefix that its writer did not include. 0
   * if the offsets count from the start of the file.
   */
  readonly shift: number
  readonly comment: Buffer
  /** The zip64 end record of the archive. */
  readonly zip64?: { readonly record: Buffer }
}

/**
 * @param length bytes of the file that belong to the archive
 * @param name the file's name in messages
 * @throws InputError unless it is exactly one complete zip archive
 */
export async function readArchiveEnd(file: FileHandle, length: number, name: string): Promise<ArchiveEnd> {
  const tail = await readAt(file, Math.max(0, length - END_SEARCH), Math.min(length, END_SEARCH))
  const head = await readAt(file, 0, Math.min(length, LOCAL_SIGNATURE.length))
  const at = findEndRecord(tail, head.equals(LOCAL_SIGNATURE), name)
  const position = length - tail.length + at
  const plain = {
    disk: tail.readUInt16LE(at + 4),
    directoryDisk: tail.readUInt16LE(at + 6),
    entriesHere: tail.readUInt16LE(at + 8),
    entries: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  }
  const zip64 = await readZip64(file, position, name)
  if (!zip64) {
    const isMasked = plain.size === MASKED_32 || plain.offset === MASKED_32
    if (isMasked)
      throw new InputError(`${name}: damaged archive: the zip64 record is missing. Build the archive again`)
    if (plain.disk !== 0 || plain.directoryDisk !== 0 || plain.entriesHere !== plain.entries) {
      throw multiVolume(name)
    }
  }
  const { size, offset, entries } = zip64 ?? plain
  const agrees = (told: number, masked: number, real: number) => told === masked || told === real
  if (
    zip64 &&
    !(
      agrees(plain.size, MASKED_32, size) &&
      agrees(plain.offset, MASKED_32, offset) &&
      agrees(plain.entries, MASKED_16, entries)
    )
  ) {
    throw new InputError(
      `${name}: damaged archive: the end record and the zip64 end record differ. Build the archive again`,
    )
  }
  const start = await directoryStart(file, { end: zip64?.position ?? position, size, offset, entries }, name)
  if (zip64 && zip64.shift !== start - offset) {
    throw new InputError(
      `${name}: damaged archive: the zip64 end record is not where its locator says. Build the archive again`,
    )
  }
  return {
    fileSize: length,
    start,
    size,
    entries,
    shift: start - offset,
    comment: Buffer.from(tail.subarray(at + END_RECORD_SIZE)),
    ...(zip64 && { zip64: { record: zip64.record } }),
  }
}

/** The records after a central directory of `size` bytes at `start`; keeps the comment and other data of the old end. */
export function endRecords(old: ArchiveEnd, start: number, size: number, entries: number): Buffer {
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
  writeUint64(record, entries, 24)
  writeUint64(record, entries, 32)
  writeUint64(record, size, 40)
  writeUint64(record, offset, 48)
  const locator = Buffer.alloc(ZIP64_LOCATOR_SIZE)
  locator.writeUInt32LE(ZIP64_LOCATOR, 0)
  writeUint64(locator, offset + size, 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([record, locator, end, old.comment])
}

function findEndRecord(tail: Buffer, beginsAsArchive: boolean, name: string): number {
  const found: number[] = []
  let beside = -1
  for (let at = tail.length - END_RECORD_SIZE; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== END_RECORD) continue
    const end = at + END_RECORD_SIZE + tail.readUInt16LE(at + 20)
    if (end === tail.length) found.push(at)
    else if (end < tail.length && beside < 0) beside = tail.length - end
  }
  const [at] = found
  if (at === undefined) {
    throw new InputError(
      beside >= 0
        ? `${name}: ${beside} bytes follow the end of the archive; remove them or build the archive again`
        : beginsAsArchive || tail.includes('PK\x01\x02')
          ? `${name}: the end of the archive is missing; build or copy it again`
          : `${name} is not a zip archive, or its end is missing; expected a jar, war or zip`,
    )
  }
  if (found.length > 1) {
    throw new InputError(
      `${name}: ambiguous archive: it has two end records, one in the comment of the other. Build the archive again`,
    )
  }
  return at
}

interface Zip64End {
  readonly position: number
  /** The distance to the offset in its locator. */
  readonly shift: number
  readonly record: Buffer
  readonly entries: number
  readonly size: number
  readonly offset: number
}

async function readZip64(file: FileHandle, endPosition: number, name: string): Promise<Zip64End | undefined> {
  const locatorAt = endPosition - ZIP64_LOCATOR_SIZE
  if (locatorAt < ZIP64_END_RECORD_SIZE) return undefined
  const locator = await readAt(file, locatorAt, ZIP64_LOCATOR_SIZE)
  if (locator.readUInt32LE(0) !== ZIP64_LOCATOR) return undefined
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1) throw multiVolume(name)

  const start = Math.max(0, locatorAt - LONGEST_ZIP64_END_RECORD)
  const before = await readAt(file, start, locatorAt - start)
  // At the locator's offset, or later after a prefix that the offsets do not include.
  const told = (readUint64(locator, 8) ?? 0) - start
  const signature = Buffer.from('PK\x06\x06')
  for (
    let at = before.indexOf(signature, Math.max(0, told));
    at >= 0;
    at = before.indexOf(signature, at + 1)
  ) {
    const record = before.subarray(at)
    if (record.length < ZIP64_END_RECORD_SIZE || readUint64(record, 4) !== record.length - 12) continue
    if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0) throw multiVolume(name)
    const entries = readUint64(record, 32)
    const size = readUint64(record, 40)
    const offset = readUint64(record, 48)
    if (entries === undefined || size === undefined || offset === undefined) break
    if (readUint64(record, 24) !== entries) throw multiVolume(name)
    return { position: start + at, record: Buffer.from(record), shift: at - told, entries, size, offset }
  }
  throw new InputError(
    `${name}: damaged archive: the zip64 end record is not where its locator says. Build the archive again`,
  )
}

/** The directory ends where the end records begin. Another stated offset means a prefix, or a damaged archive. */
async function directoryStart(
  file: FileHandle,
  told: { end: number; size: number; offset: number; entries: number },
  name: string,
): Promise<number> {
  const start = told.end - told.size
  const inconsistent = () =>
    new InputError(
      `${name}: damaged archive: the central directory is not where the end record says. Build the archive again`,
    )
  if (start < 0 || start < told.offset) throw inconsistent()
  if (told.entries === 0 && told.size === 0) return start
  if (!(await isDirectoryAt(file, start))) throw inconsistent()
  if (start !== told.offset && (await isDirectoryAt(file, told.offset))) {
    throw new InputError(
      `${name}: ambiguous archive: it has two central directories. Build the archive again`,
    )
  }
  return start
}

async function isDirectoryAt(file: FileHandle, position: number): Promise<boolean> {
  const signature = await readAt(file, position, 4)
  return signature.length === 4 && signature.readUInt32LE(0) === CENTRAL_HEADER
}

function newZip64Record(): Buffer {
  const record = Buffer.alloc(ZIP64_END_RECORD_SIZE)
  record.writeUInt32LE(ZIP64_END_RECORD, 0)
  writeUint64(record, ZIP64_END_RECORD_SIZE - 12, 4)
  record.writeUInt16LE((3 << 8) | 45, 12)
  record.writeUInt16LE(45, 14)
  return record
}

function multiVolume(name: string): InputError {
  return new InputError(`${name} is one part of a split archive; join the parts first (zip -s 0)`)
}
