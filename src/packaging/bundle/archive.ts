/** An archive's end: finds the central directory by the end record and zip64 records, and checks that they are consistent. */
import type { FileHandle } from 'node:fs/promises'
import { InputError } from '../../problems/problems.ts'
import { readBytes } from '../../system/foreign-file.ts'
import {
  CENTRAL_HEADER,
  END_RECORD,
  END_RECORD_SIZE,
  END_SEARCH,
  LOCAL_HEADER,
  MASKED_16,
  MASKED_32,
  readEndRecord,
  readZip64EndRecord,
  type StatedDirectory,
  ZIP64_END_RECORD_SIZE,
  ZIP64_LOCATOR,
  ZIP64_LOCATOR_SIZE,
} from '../../zip/records.ts'
import { hasSignature } from './positioned-io.ts'

/** The maximum number of bytes between the fixed part of a zip64 end record and its locator. */
const LONGEST_ZIP64_END_RECORD = 65_536

/** An archive with a consistent end. Positions are bytes from the start of the file. */
export interface Archive {
  readonly file: FileHandle
  /** As the user wrote it, for messages. */
  readonly name: string
  /** Bytes of the file that belong to the archive. */
  readonly length: number
  /** Offset of the central directory. */
  readonly start: number
  readonly size: number
  /** As stated: old writers without zip64 store the number modulo 65,536. */
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

/** @throws InputError unless the first `length` bytes of the file are exactly one complete zip archive */
export function readArchiveEnd(file: FileHandle, length: number, name: string): Archive {
  const tail = readBytes(file.fd, Math.max(0, length - END_SEARCH), Math.min(length, END_SEARCH))
  const at = findEndRecord(tail, hasSignature(file, 0, LOCAL_HEADER), name)
  const position = length - tail.length + at
  const plain = readEndRecord(tail, at)
  const zip64 = readZip64(file, position, name)
  if (!zip64) {
    const isMasked = plain.size === MASKED_32 || plain.offset === MASKED_32
    if (isMasked)
      throw new InputError(`${name}: damaged archive: the zip64 record is missing. Build the archive again`)
    const [disk, directoryDisk, entriesHere] = [4, 6, 8].map((field) => tail.readUInt16LE(at + field))
    if (disk !== 0 || directoryDisk !== 0 || entriesHere !== plain.entries) throw multiVolume(name)
  }
  if (zip64 && !agrees(plain, zip64)) {
    throw new InputError(
      `${name}: damaged archive: the end record and the zip64 end record differ. Build the archive again`,
    )
  }
  const { size, offset, entries } = zip64 ?? plain
  const start = directoryStart(file, zip64?.position ?? position, zip64 ?? plain, name)
  if (zip64 && zip64.shift !== start - offset) throw misplacedZip64(name)
  return {
    file,
    name,
    length,
    start,
    size,
    entries,
    shift: start - offset,
    comment: Buffer.from(tail.subarray(at + END_RECORD_SIZE)),
    ...(zip64 && { zip64: { record: zip64.record } }),
  }
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

interface Zip64End extends StatedDirectory {
  readonly position: number
  /** The distance to the offset in its locator. */
  readonly shift: number
  readonly record: Buffer
}

function readZip64({ fd }: FileHandle, endPosition: number, name: string): Zip64End | undefined {
  const locatorAt = endPosition - ZIP64_LOCATOR_SIZE
  if (locatorAt < ZIP64_END_RECORD_SIZE) return undefined
  const locator = readBytes(fd, locatorAt, ZIP64_LOCATOR_SIZE)
  if (locator.readUInt32LE(0) !== ZIP64_LOCATOR) return undefined
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1) throw multiVolume(name)

  const start = Math.max(0, locatorAt - LONGEST_ZIP64_END_RECORD)
  const before = readBytes(fd, start, locatorAt - start)
  // At the locator's offset, or later after a prefix that the offsets do not include.
  const told = uint64(locator, 8) - start
  const signature = Buffer.from('PK\x06\x06')
  for (
    let at = before.indexOf(signature, Math.max(0, told));
    at >= 0;
    at = before.indexOf(signature, at + 1)
  ) {
    const record = before.subarray(at)
    if (record.length < ZIP64_END_RECORD_SIZE || uint64(record, 4) !== record.length - 12) continue
    if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0) throw multiVolume(name)
    const stated = readZip64EndRecord(record)
    if (!Object.values(stated).every(Number.isSafeInteger)) break
    if (uint64(record, 24) !== stated.entries) throw multiVolume(name)
    return { position: start + at, record: Buffer.from(record), shift: at - told, ...stated }
  }
  throw misplacedZip64(name)
}

/** Whether each value of the end record is that of the zip64 end record, or masked. */
function agrees(plain: StatedDirectory, real: StatedDirectory): boolean {
  const isSame = (key: keyof StatedDirectory, masked: number) =>
    plain[key] === masked || plain[key] === real[key]
  return isSame('size', MASKED_32) && isSame('offset', MASKED_32) && isSame('entries', MASKED_16)
}

/** The directory ends where the end records begin. Another stated offset means a prefix, or a damaged archive. */
function directoryStart(
  file: FileHandle,
  end: number,
  { size, offset, entries }: StatedDirectory,
  name: string,
): number {
  const start = end - size
  const inconsistent = () =>
    new InputError(
      `${name}: damaged archive: the central directory is not where the end record says. Build the archive again`,
    )
  if (start < 0 || start < offset) throw inconsistent()
  if (entries === 0 && size === 0) return start
  if (!hasSignature(file, start, CENTRAL_HEADER)) throw inconsistent()
  if (start !== offset && hasSignature(file, offset, CENTRAL_HEADER)) {
    throw new InputError(
      `${name}: ambiguous archive: it has two central directories. Build the archive again`,
    )
  }
  return start
}

const uint64 = (bytes: Buffer, at: number) => Number(bytes.readBigUInt64LE(at))

function misplacedZip64(name: string): InputError {
  return new InputError(
    `${name}: damaged archive: the zip64 end record is not where its locator says. Build the archive again`,
  )
}

function multiVolume(name: string): InputError {
  return new InputError(`${name} is one part of a split archive; join the parts first (zip -s 0)`)
}
