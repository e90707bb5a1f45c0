/**
 * The records of a zip archive: signatures, sizes and flags, and the values that several readers need.
 * Source: PKWARE's APPNOTE.TXT 6.3 (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), section 4.3; all
 * numbers are little-endian.
 */

export const LOCAL_HEADER = 0x04034b50
export const CENTRAL_HEADER = 0x02014b50
export const END_RECORD = 0x06054b50
export const ZIP64_END_RECORD = 0x06064b50
export const ZIP64_LOCATOR = 0x07064b50

/** Bytes of the fixed parts. */
export const LOCAL_HEADER_SIZE = 30
export const CENTRAL_HEADER_SIZE = 46
export const END_RECORD_SIZE = 22
export const ZIP64_END_RECORD_SIZE = 56
export const ZIP64_LOCATOR_SIZE = 20

/** This value means that the zip64 record has the real one. */
export const MASKED_16 = 0xffff
export const MASKED_32 = 0xffffffff

/** Readers search the end record in this many last bytes: its size plus the longest comment. */
export const END_SEARCH = END_RECORD_SIZE + MASKED_16

export const METHOD_STORED = 0
export const METHOD_DEFLATED = 8

export const FLAG_ENCRYPTED = 1 << 0
export const FLAG_DESCRIPTOR = 1 << 3
export const FLAG_UTF8 = 1 << 11
export const FLAG_MASKED_DIRECTORY = 1 << 13

export const ZIP64_EXTRA = 0x0001

/** What the end of an archive states of its central directory. */
export interface StatedDirectory {
  readonly entries: number
  /** Bytes. */
  readonly size: number
  /** As the archive counts. */
  readonly offset: number
}

/** @param at where the end record is in `bytes` */
export function readEndRecord(bytes: Buffer, at: number): StatedDirectory {
  return {
    entries: bytes.readUInt16LE(at + 10),
    size: bytes.readUInt32LE(at + 12),
    offset: bytes.readUInt32LE(at + 16),
  }
}

/** Numbers above 2^53, which no archive reaches, are not exact. */
export function readZip64EndRecord(record: Buffer): StatedDirectory {
  return {
    entries: Number(record.readBigUInt64LE(32)),
    size: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  }
}

/** Systems whose file types are in the upper half of an entry's attributes: Unix and macOS. */
const UNIX = [3, 19]
const FILE_TYPE = 0o170000
const DIRECTORY = 0o040000
const LINK = 0o120000
/** The attribute of a directory on other systems. */
const DOS_DIRECTORY = 0x10

/**
 * What Go's archive/zip, with which the platform reads archives, takes an entry for.
 * @param madeBy "version made by" @param attributes "external file attributes"
 */
export function kindOfEntry(name: string, madeBy: number, attributes: number): 'file' | 'directory' | 'link' {
  if (name.endsWith('/')) return 'directory'
  if (!UNIX.includes(madeBy >>> 8)) return (attributes & DOS_DIRECTORY) === 0 ? 'file' : 'directory'
  const type = (attributes >>> 16) & FILE_TYPE
  if (type === LINK) return 'link'
  return type === DIRECTORY ? 'directory' : 'file'
}

/** In bytes. */
export interface Sizes {
  readonly size: number
  readonly compressedSize: number
  /** Offset of the local header, as the archive counts. */
  readonly offset: number
}

/**
 * A central header's sizes and offset, taken from its zip64 field where they are masked: Infinity if that lacks one.
 * @param at where the header is in `bytes`
 */
export function sizesOf(bytes: Buffer, at = 0): Sizes {
  const size = bytes.readUInt32LE(at + 24)
  const compressedSize = bytes.readUInt32LE(at + 20)
  const offset = bytes.readUInt32LE(at + 42)
  if (size !== MASKED_32 && compressedSize !== MASKED_32 && offset !== MASKED_32) {
    return { size, compressedSize, offset }
  }
  const field = zip64Field(bytes, at)
  let next = 0
  const real = (value: number) => {
    if (value !== MASKED_32) return value
    next += 8
    return next <= field.length ? Number(field.readBigUInt64LE(next - 8)) : Number.POSITIVE_INFINITY
  }
  return { size: real(size), compressedSize: real(compressedSize), offset: real(offset) }
}

/** The body of a central header's zip64 field; empty if there is none, or the list of fields is damaged before it. */
function zip64Field(bytes: Buffer, header: number): Buffer {
  let at = header + CENTRAL_HEADER_SIZE + bytes.readUInt16LE(header + 28)
  const end = Math.min(at + bytes.readUInt16LE(header + 30), bytes.length)
  while (at + 4 <= end) {
    const next = at + 4 + bytes.readUInt16LE(at + 2)
    if (next > end) break
    if (bytes.readUInt16LE(at) === ZIP64_EXTRA) return bytes.subarray(at + 4, next)
    at = next
  }
  return Buffer.alloc(0)
}

/** Offset of an entry's data: after its local header, of which `header` has the fixed part. */
export function dataStart(header: Buffer, offset: number): number {
  return offset + LOCAL_HEADER_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28)
}
