/** The entries of an archive: visits them in its central directory, and reads the content of one. */
import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { InputError } from '../../problems/problems.ts'
import { readBytes } from '../../system/foreign-file.ts'
import {
  CENTRAL_HEADER,
  CENTRAL_HEADER_SIZE,
  dataStart,
  LOCAL_HEADER_SIZE,
  MASKED_16,
  METHOD_DEFLATED,
  METHOD_STORED,
  type Sizes,
  sizesOf,
} from '../../zip/records.ts'
import type { Archive } from './archive.ts'

/** Bytes read at once: archives may have a million entries. */
const PIECE = 256 * 1024

/** An entry of the archive before the change. Its offset does not include the archive's shift. */
export interface OldEntry extends Sizes {
  /** The whole central header: fixed part, name, extra fields, comment. */
  readonly header: Buffer
  /** Offset of the header in the file. */
  readonly position: number
  /** Bytes as Latin-1 characters; compare with the `latin1` form of a name's UTF-8. */
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly crc: number
}

export function pathOf({ name }: OldEntry): string {
  return Buffer.from(name, 'latin1').toString()
}

/**
 * Calls `visit` for every entry, in order.
 * @returns the number of entries
 * @throws InputError when the directory is inconsistent with itself or its end record
 */
export function visitEntries(archive: Archive, visit: (entry: OldEntry) => void): number {
  const { file, name, start } = archive
  const stop = start + archive.size
  let entries = 0
  let piece: Buffer = Buffer.alloc(0)
  let position = start
  for (let at = start; at < stop; ) {
    let header = headerAt(piece, at - position)
    if (!header) {
      piece = readBytes(file.fd, at, Math.min(PIECE, stop - at))
      position = at
      header = headerAt(piece, 0)
    }
    const entry = header && parse(header, at)
    if (!entry) {
      throw new InputError(
        `${name}: entry ${entries + 1} of the central directory is damaged; build the archive again`,
      )
    }
    visit(entry)
    entries++
    at += entry.header.length
  }
  if (entries !== archive.entries && (archive.zip64 || (entries & MASKED_16) !== archive.entries)) {
    throw new InputError(
      `${name}: damaged archive: the end record says ${archive.entries} entries, found ${entries}. Build the archive again`,
    )
  }
  return entries
}

/** Undefined when the piece does not contain the whole header, of at most 46 + 3 × 65,535 bytes, less than a piece. */
function headerAt(piece: Buffer, at: number): Buffer | undefined {
  if (at + CENTRAL_HEADER_SIZE > piece.length) return undefined
  const variable = piece.readUInt16LE(at + 28) + piece.readUInt16LE(at + 30) + piece.readUInt16LE(at + 32)
  const end = at + CENTRAL_HEADER_SIZE + variable
  return end > piece.length ? undefined : piece.subarray(at, end)
}

/** Undefined when it is damaged. */
function parse(header: Buffer, position: number): OldEntry | undefined {
  const { size, compressedSize, offset } = sizesOf(header)
  const isWhole = [size, compressedSize, offset].every(Number.isSafeInteger)
  if (header.readUInt32LE(0) !== CENTRAL_HEADER || !isWhole) return undefined
  return {
    header,
    position,
    name: header.toString('latin1', CENTRAL_HEADER_SIZE, CENTRAL_HEADER_SIZE + header.readUInt16LE(28)),
    flags: header.readUInt16LE(8),
    method: header.readUInt16LE(10),
    crc: header.readUInt32LE(16),
    size,
    compressedSize,
    offset,
  }
}

/** The unpacked content of an entry, in pieces. @throws InputError (when iterated) if it cannot be read */
export async function* oldContent(archive: Archive, entry: OldEntry): AsyncGenerator<Buffer> {
  const path = pathOf(entry)
  if (entry.method !== METHOD_STORED && entry.method !== METHOD_DEFLATED) {
    throw new InputError(`${archive.name}: ${path} uses unsupported compression method ${entry.method}`)
  }
  const raw = Readable.from(rawContent(archive, entry))
  const content = entry.method === METHOD_DEFLATED ? raw.pipe(createInflateRaw()) : raw
  raw.on('error', (error) => content.destroy(error))
  let size = 0
  try {
    for await (const piece of content as AsyncIterable<Buffer>) {
      size += piece.length
      if (size > entry.size) break
      yield piece
    }
  } catch {
    size = -1
  }
  if (size !== entry.size) {
    throw new InputError(`${archive.name}: ${path} is damaged; build the archive again`)
  }
}

function* rawContent({ file, shift }: Archive, entry: OldEntry): Generator<Buffer> {
  const start = entry.offset + shift
  let at = dataStart(readBytes(file.fd, start, LOCAL_HEADER_SIZE), start)
  const stop = at + entry.compressedSize
  while (at < stop) {
    const piece = readBytes(file.fd, at, Math.min(PIECE, stop - at))
    if (piece.length === 0) return
    yield piece
    at += piece.length
  }
}
