/** Reads the content of a zip entry: its first or last bytes, never more than requested. */
import { pipeline } from 'node:stream/promises'
import { constants, createInflateRaw, inflateRawSync } from 'node:zlib'
import { InputError } from '../problems/problems.ts'
import { type ByteSource, partOf, tailSource } from './byte-source.ts'
import type { ZipEntry } from './directory.ts'
import { dataStart, LOCAL_HEADER, LOCAL_HEADER_SIZE, METHOD_DEFLATED, METHOD_STORED } from './records.ts'

const CHUNK = 256 * 1024
/** Large enough for the directory of a jar with about 100,000 entries. */
const TAIL = 8 * 1024 ** 2
/** More than a container can hold; a larger entry is an attack. */
const LARGEST_NESTED = 2 * 1024 ** 3

/**
 * The first bytes of an entry, or all of a shorter one.
 *
 * @throws InputError when it is encrypted, uses a compression method that Java does not support, or is damaged
 */
export function readStart(source: ByteSource, entry: ZipEntry, length: number): Buffer {
  const packed = packedContent(source, entry)
  if (entry.method === METHOD_STORED) return packed.read(0, Math.min(length, entry.size, packed.size))
  // One compressed byte expands to at most 1032 bytes. A damaged end does not matter beyond `length`.
  const bytes = packed.read(0, Math.min(packed.size, length + 1024))
  try {
    const unpacked = inflateRawSync(bytes, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: Math.max(length, bytes.length * 1032) + CHUNK,
    })
    return unpacked.subarray(0, length)
  } catch {
    throw new InputError(`${entry.name} in ${source.name} is damaged`)
  }
}

/**
 * All of an entry, in memory.
 *
 * @throws InputError when it is encrypted, uses a compression method that Java does not support, is damaged, or has
 *   another size than stated
 */
export function readAll(source: ByteSource, entry: ZipEntry): Buffer {
  const packed = packedContent(source, entry)
  const bytes = packed.read(0, packed.size)
  if (entry.method === METHOD_STORED) return bytes
  try {
    const unpacked = inflateRawSync(bytes, { maxOutputLength: entry.size + 1 })
    if (unpacked.length === entry.size) return unpacked
  } catch {
    // Reported below.
  }
  throw new InputError(`${packed.name} is damaged`)
}

/**
 * A jar inside a jar, for reading its directory: read in place if it is stored; if it is deflated, unpacked, and only
 * its last bytes kept.
 */
export async function nestedArchive(source: ByteSource, entry: ZipEntry): Promise<ByteSource> {
  const packed = packedContent(source, entry)
  if (entry.method === METHOD_STORED) return packed
  if (entry.size > LARGEST_NESTED)
    throw new InputError(`${packed.name} unpacks to ${entry.size} bytes, more than 2 GiB`)
  const tail = await inflatedTail(packed, entry.size)
  return tailSource(packed.name, entry.size, tail)
}

async function inflatedTail(packed: ByteSource, size: number): Promise<Buffer> {
  const kept: Buffer[] = []
  let seen = 0
  let held = 0
  const keepTail = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      kept.push(chunk)
      seen += chunk.length
      held += chunk.length
      while (held - (kept[0]?.length ?? 0) >= TAIL) held -= kept.shift()?.length ?? 0
      if (seen > size) return
    }
  }
  try {
    await pipeline(chunksOf(packed), createInflateRaw({ chunkSize: CHUNK }), keepTail)
  } catch {
    throw new InputError(`${packed.name} is damaged`)
  }
  if (seen !== size)
    throw new InputError(`${packed.name} is damaged: its size differs from the central directory`)
  return Buffer.concat(kept)
}

export function* chunksOf(packed: ByteSource): Generator<Buffer> {
  for (let at = 0; at < packed.size; at += CHUNK) yield packed.read(at, Math.min(CHUNK, packed.size - at))
}

/** @throws InputError when it is encrypted, uses a compression method that Java does not support, or is not there */
export function packedContent(source: ByteSource, entry: ZipEntry): ByteSource {
  const name = `${entry.name} in ${source.name}`
  if (entry.encrypted) throw new InputError(`${name} is encrypted, which Java cannot read`)
  if (entry.method !== METHOD_STORED && entry.method !== METHOD_DEFLATED) {
    throw new InputError(`${name} uses compression method ${entry.method}, which Java cannot read`)
  }
  const header = source.read(entry.offset, LOCAL_HEADER_SIZE)
  const start = dataStart(header, entry.offset)
  if (header.readUInt32LE(0) !== LOCAL_HEADER || start + entry.compressedSize > source.size)
    throw new InputError(`${name} is not where the central directory says`)
  return partOf(source, name, start, entry.compressedSize)
}
