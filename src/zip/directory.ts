/**
 * Reads the central directory of a zip archive with one read, without reading the entries themselves.
 * yauzl uses two calls for each entry, which is too slow for the 150,000 entries of a fat jar.
 */
import { InputError } from '../problems/problems.ts'
import type { ByteSource } from './byte-source.ts'
import {
  CENTRAL_HEADER,
  CENTRAL_HEADER_SIZE,
  END_RECORD,
  END_RECORD_SIZE,
  END_SEARCH,
  FLAG_ENCRYPTED,
  LOCAL_HEADER_SIZE,
  MASKED_16,
  MASKED_32,
  readEndRecord,
  readZip64EndRecord,
  type Sizes,
  type StatedDirectory,
  sizesOf,
  ZIP64_END_RECORD,
  ZIP64_END_RECORD_SIZE,
  ZIP64_LOCATOR,
  ZIP64_LOCATOR_SIZE,
} from './records.ts'

/** Its offset counts from the start of the source. */
export interface ZipEntry extends Sizes {
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly encrypted: boolean
}

export interface ZipDirectory {
  readonly source: ByteSource
  readonly count: number
  /** The raw directory. */
  readonly bytes: Buffer
  /** Offset of the first byte of the archive: after the launch script, if there is one. */
  readonly start: number
  /** Offset of the directory: every entry is before it. */
  readonly end: number
}

/** An archive that fits into a container has no larger directory. */
const LARGEST_DIRECTORY = 64 * 1024 ** 2

/** @throws InputError when the archive is damaged, or not a zip */
export function readDirectory(source: ByteSource): ZipDirectory {
  // Almost every archive ends with it; only before a comment must it be searched.
  const record = endRecordIn(source, END_RECORD_SIZE) ?? endRecordIn(source, END_SEARCH)
  if (!record) throw new InputError(`${source.name} is not a zip archive, or its end is missing`)
  const { entries, size, offset, end } = zip64Record(source, record) ?? record
  const start = end - size - offset
  if (size > end || start < 0)
    throw new InputError(`${source.name} is damaged: its central directory is not where the end record says`)
  if (size > LARGEST_DIRECTORY)
    throw new InputError(`${source.name} has a central directory of ${size} bytes, which is too large`)
  if (entries * CENTRAL_HEADER_SIZE > size) {
    throw new InputError(
      `${source.name} is damaged: its central directory is too small for ${entries} entries`,
    )
  }
  return { source, count: entries, start, end: end - size, bytes: source.read(end - size, size) }
}

/**
 * Visits the entries without creating an object for each.
 *
 * @param visit gets where the entry's header is in `bytes`, where its name starts and ends, and where the header ends
 * @throws InputError when the directory is inconsistent
 */
export function walkDirectory(
  { source, bytes, count }: ZipDirectory,
  visit: (header: number, nameStart: number, nameEnd: number, end: number) => void,
): void {
  let at = 0
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_HEADER_SIZE > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_HEADER)
      damagedDirectory(source, 'ends before its last entry')
    const nameStart = at + CENTRAL_HEADER_SIZE
    const nameEnd = nameStart + bytes.readUInt16LE(at + 28)
    const next = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
    if (next > bytes.length) damagedDirectory(source, 'ends before its last entry')
    visit(at, nameStart, nameEnd, next)
    at = next
  }
  if (at + 4 <= bytes.length && bytes.readUInt32LE(at) === CENTRAL_HEADER)
    damagedDirectory(source, 'has more entries than stated')
}

/** The entry whose header is at that place of the directory. @throws InputError when its offset or name is impossible */
export function entryAt({ bytes, source, start, end }: ZipDirectory, header: number): ZipEntry {
  const { size, compressedSize, offset: counted } = sizesOf(bytes, header)
  const offset = start + counted
  const nameStart = header + CENTRAL_HEADER_SIZE
  const name = bytes.toString('utf8', nameStart, nameStart + bytes.readUInt16LE(header + 28))
  if (name.includes('\0')) damagedDirectory(source, 'contains a name with NUL')
  if (offset + LOCAL_HEADER_SIZE + compressedSize > end)
    damagedDirectory(source, `has an impossible offset for ${name}`)
  return {
    name,
    method: bytes.readUInt16LE(header + 10),
    encrypted: (bytes.readUInt16LE(header + 8) & FLAG_ENCRYPTED) !== 0,
    compressedSize,
    size,
    offset,
  }
}

function damagedDirectory(source: ByteSource, how: string): never {
  throw new InputError(`${source.name} is damaged: its central directory ${how}`)
}

interface EndRecord extends StatedDirectory {
  /** Offset of the directory's end. */
  readonly end: number
}

function endRecordIn(source: ByteSource, most: number): EndRecord | undefined {
  const length = Math.min(source.size, most)
  if (length < END_RECORD_SIZE) return undefined
  const tail = source.read(source.size - length, length)
  for (let at = length - END_RECORD_SIZE; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== END_RECORD) continue
    if (at + END_RECORD_SIZE + tail.readUInt16LE(at + 20) > length) continue
    return { ...readEndRecord(tail, at), end: source.size - length + at }
  }
  return undefined
}

/** The zip64 record of archives with more than 65,535 entries or 4 GiB, if there is one. */
function zip64Record(source: ByteSource, { end, entries, size, offset }: EndRecord): EndRecord | undefined {
  if (entries !== MASKED_16 && size !== MASKED_32 && offset !== MASKED_32) return undefined
  if (end < ZIP64_LOCATOR_SIZE + ZIP64_END_RECORD_SIZE) return undefined
  const locator = source.read(end - ZIP64_LOCATOR_SIZE, ZIP64_LOCATOR_SIZE)
  if (locator.readUInt32LE(0) !== ZIP64_LOCATOR) return undefined
  // Directly before the locator: its offset is wrong as soon as something is prepended to the archive.
  const at = end - ZIP64_LOCATOR_SIZE - ZIP64_END_RECORD_SIZE
  const record = source.read(at, ZIP64_END_RECORD_SIZE)
  if (record.readUInt32LE(0) !== ZIP64_END_RECORD) {
    throw new InputError(`${source.name} is damaged: its zip64 end record cannot be read`)
  }
  return { ...readZip64EndRecord(record), end: at }
}
