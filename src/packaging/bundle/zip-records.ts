/**
 * The records of a zip archive that `bundle` reads and writes, byte for byte.
 * Source: PKWARE's APPNOTE.TXT 6.3, section 4.3; all numbers are little-endian.
 */

export const LOCAL_HEADER = 0x04034b50
export const CENTRAL_HEADER = 0x02014b50
export const END_RECORD = 0x06054b50
export const ZIP64_END_RECORD = 0x06064b50
export const ZIP64_LOCATOR = 0x07064b50

export const LOCAL_HEADER_SIZE = 30
export const CENTRAL_HEADER_SIZE = 46
export const END_RECORD_SIZE = 22
export const ZIP64_END_RECORD_SIZE = 56
export const ZIP64_LOCATOR_SIZE = 20

/** This value means that the zip64 record has the real one. */
export const MASKED_16 = 0xffff
export const MASKED_32 = 0xffffffff

export const METHOD_STORED = 0
export const METHOD_DEFLATED = 8

export const FLAG_ENCRYPTED = 1 << 0
export const FLAG_DESCRIPTOR = 1 << 3
const FLAG_UTF8 = 1 << 11
export const FLAG_MASKED_DIRECTORY = 1 << 13

const ZIP64_EXTRA = 0x0001
const TIMES_EXTRA = 0x5455
const MADE_BY_UNIX = 3 << 8
const VERSION_PLAIN = 20
const VERSION_ZIP64 = 45

/** An 8-byte number; undefined if it exceeds 2^53, which no real archive reaches. */
export function readUint64(bytes: Buffer, offset: number): number | undefined {
  const value = bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 2 ** 32
  return Number.isSafeInteger(value) ? value : undefined
}

export function writeUint64(bytes: Buffer, value: number, offset: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, offset)
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), offset + 4)
}

/** The body of one extra field; undefined if there is none, or the list of fields is damaged before it. */
function extraField(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const size = extra.readUInt16LE(at + 2)
    if (at + 4 + size > extra.length) return undefined
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + size)
    at += 4 + size
  }
  return undefined
}

export interface Sizes {
  readonly size: number
  readonly compressedSize: number
  readonly offset: number
}

/** A central header's sizes and offset, taken from its zip64 field where they are masked; undefined if that is incomplete. */
export function sizesOf(header: Buffer, at: number, extra: Buffer): Sizes | undefined {
  const masked = {
    size: header.readUInt32LE(at + 24),
    compressedSize: header.readUInt32LE(at + 20),
    offset: header.readUInt32LE(at + 42),
  }
  if (masked.size !== MASKED_32 && masked.compressedSize !== MASKED_32 && masked.offset !== MASKED_32) {
    return masked
  }
  const field = extraField(extra, ZIP64_EXTRA)
  let next = 0
  const real = (value: number) => {
    if (value !== MASKED_32) return value
    if (!field || next + 8 > field.length) return undefined
    next += 8
    return readUint64(field, next - 8)
  }
  const size = real(masked.size)
  const compressedSize = real(masked.compressedSize)
  const offset = real(masked.offset)
  if (size === undefined || compressedSize === undefined || offset === undefined) return undefined
  return { size, compressedSize, offset }
}

/** The Unix mode with its file type in a central header; 0 if the creating system has no modes. */
export function modeOf(header: Buffer): number {
  return header.readUInt8(5) === MADE_BY_UNIX >> 8 ? header.readUInt16LE(40) : 0
}

/** A copy of a central header with another Unix mode. */
export function withMode(header: Buffer, mode: number): Buffer {
  const changed = Buffer.from(header)
  changed.writeUInt8(MADE_BY_UNIX >> 8, 5)
  changed.writeUInt16LE(mode, 40)
  return changed
}

/** The data of a new entry for its local and its central header. */
export interface EntryRecord extends Sizes {
  /** UTF-8; that of a directory ends in a slash. */
  readonly name: Buffer
  readonly method: typeof METHOD_STORED | typeof METHOD_DEFLATED
  readonly crc: number
  readonly modified: Date
  /** Unix mode with its file type. */
  readonly mode: number
  /** Whether the local header has room for sizes of 4 GiB and more; needed before the data is written. */
  readonly wide: boolean
}

export function localHeader(entry: EntryRecord): Buffer {
  const times = timesField(entry.modified)
  const wide = entry.wide ? zip64Field([entry.size, entry.compressedSize]) : Buffer.alloc(0)
  const header = Buffer.alloc(LOCAL_HEADER_SIZE)
  header.writeUInt32LE(LOCAL_HEADER, 0)
  writeCommon(header, 4, entry, entry.wide ? VERSION_ZIP64 : VERSION_PLAIN)
  header.writeUInt32LE(entry.wide ? MASKED_32 : entry.compressedSize, 18)
  header.writeUInt32LE(entry.wide ? MASKED_32 : entry.size, 22)
  header.writeUInt16LE(entry.name.length, 26)
  header.writeUInt16LE(times.length + wide.length, 28)
  return Buffer.concat([header, entry.name, wide, times])
}

export function centralHeader(entry: EntryRecord): Buffer {
  const wide = [entry.size, entry.compressedSize, entry.offset].filter((value) => value >= MASKED_32)
  const extra = Buffer.concat([
    wide.length > 0 ? zip64Field(wide) : Buffer.alloc(0),
    timesField(entry.modified),
  ])
  const version = entry.wide || wide.length > 0 ? VERSION_ZIP64 : VERSION_PLAIN
  const header = Buffer.alloc(CENTRAL_HEADER_SIZE)
  header.writeUInt32LE(CENTRAL_HEADER, 0)
  header.writeUInt16LE(MADE_BY_UNIX | version, 4)
  writeCommon(header, 6, entry, version)
  header.writeUInt32LE(Math.min(entry.compressedSize, MASKED_32), 20)
  header.writeUInt32LE(Math.min(entry.size, MASKED_32), 24)
  header.writeUInt16LE(entry.name.length, 28)
  header.writeUInt16LE(extra.length, 30)
  const isFolder = entry.name.at(-1) === 0x2f
  header.writeUInt32LE(((entry.mode << 16) | (isFolder ? 0x10 : 0)) >>> 0, 38)
  header.writeUInt32LE(Math.min(entry.offset, MASKED_32), 42)
  return Buffer.concat([header, entry.name, extra])
}

/** The fields from `version needed` to `crc-32`, which both headers have in the same order. */
function writeCommon(header: Buffer, at: number, entry: EntryRecord, version: number): void {
  const { time, date } = dosTime(entry.modified)
  header.writeUInt16LE(version, at)
  header.writeUInt16LE(entry.name.some((byte) => byte > 0x7f) ? FLAG_UTF8 : 0, at + 2)
  header.writeUInt16LE(entry.method, at + 4)
  header.writeUInt16LE(time, at + 6)
  header.writeUInt16LE(date, at + 8)
  header.writeUInt32LE(entry.crc, at + 10)
}

function zip64Field(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + values.length * 8)
  field.writeUInt16LE(ZIP64_EXTRA, 0)
  field.writeUInt16LE(values.length * 8, 2)
  for (const [index, value] of values.entries()) writeUint64(field, value, 4 + index * 8)
  return field
}

/** The extended timestamp field (Info-ZIP): the modification time in UTC, whole seconds. */
function timesField(modified: Date): Buffer {
  const field = Buffer.alloc(9)
  field.writeUInt16LE(TIMES_EXTRA, 0)
  field.writeUInt16LE(5, 2)
  field.writeUInt8(1, 4)
  const seconds = Math.floor(modified.getTime() / 1000)
  field.writeInt32LE(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, seconds)), 5)
  return field
}

/** Local time in steps of two seconds, from 1980 to 2107. */
function dosTime(modified: Date): { time: number; date: number } {
  const year = modified.getFullYear()
  if (year < 1980) return { time: 0, date: (1 << 5) | 1 }
  if (year > 2107) return { time: 0xbf7d, date: 0xff9f }
  return {
    time: (modified.getHours() << 11) | (modified.getMinutes() << 5) | (modified.getSeconds() >> 1),
    date: ((year - 1980) << 9) | ((modified.getMonth() + 1) << 5) | modified.getDate(),
  }
}
