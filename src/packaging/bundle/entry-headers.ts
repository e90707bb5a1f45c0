/** The headers of new entries, byte for byte, and the mode in a central header. */
import {
  CENTRAL_HEADER,
  CENTRAL_HEADER_SIZE,
  FLAG_UTF8,
  LOCAL_HEADER,
  LOCAL_HEADER_SIZE,
  MASKED_32,
  type METHOD_DEFLATED,
  type METHOD_STORED,
  type Sizes,
  ZIP64_EXTRA,
} from '../../zip/records.ts'

const TIMES_EXTRA = 0x5455
export const MADE_BY_UNIX = 3 << 8
const VERSION_PLAIN = 20
export const VERSION_ZIP64 = 45

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
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + index * 8)
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
