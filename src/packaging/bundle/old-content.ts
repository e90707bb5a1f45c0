/** The content of an entry of the old archive: to compare it, or to read its sidecars.yml. */
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { InputError } from '../../problems/problems.ts'
import type { Addition } from './addition.ts'
import type { ArchiveEnd } from './archive-end.ts'
import { readAt } from './positioned-io.ts'
import type { OldEntry } from './survey.ts'
import { LOCAL_HEADER_SIZE, METHOD_DEFLATED, METHOD_STORED } from './zip-records.ts'

const PIECE = 256 * 1024

/** @throws InputError (when iterated) if the entry cannot be read */
export async function* oldContent(
  file: FileHandle,
  end: ArchiveEnd,
  entry: OldEntry,
  archive: string,
): AsyncGenerator<Buffer> {
  if (entry.method !== METHOD_STORED && entry.method !== METHOD_DEFLATED) {
    throw new InputError(`${archive}: ${entry.path} uses unsupported compression method ${entry.method}`)
  }
  const raw = Readable.from(rawContent(file, end, entry))
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
  if (size !== entry.size)
    throw new InputError(`${archive}: ${entry.path} is damaged; build the archive again`)
}

/** Whether an old entry has the same bytes as a new one. */
export async function isSameContent(
  file: FileHandle,
  end: ArchiveEnd,
  entry: OldEntry,
  addition: Addition,
  archive: string,
): Promise<boolean> {
  if (entry.size !== addition.size) return false
  const content = addition.open()
  try {
    let position = 0
    for await (const piece of oldContent(file, end, entry, archive)) {
      if (!piece.equals(content.read(position, piece.length))) return false
      position += piece.length
    }
    return true
  } finally {
    content.close()
  }
}

async function* rawContent(file: FileHandle, end: ArchiveEnd, entry: OldEntry): AsyncGenerator<Buffer> {
  const start = entry.offset + end.shift
  const header = await readAt(file, start, LOCAL_HEADER_SIZE)
  let at = start + LOCAL_HEADER_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28)
  const stop = at + entry.compressedSize
  while (at < stop) {
    const piece = await readAt(file, at, Math.min(PIECE, stop - at))
    if (piece.length === 0) return
    yield piece
    at += piece.length
  }
}
