/**
 * Writes a zip archive that depends on its entries alone: not on the clock, the time zone, the user, the umask
 * or the order in which files were found. Whoever reads the entries' modes as Unix's gets 0644 and 0755.
 */
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, createWriteStream, fstatSync, read, readSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import { ZipFile } from 'yazl'
import { hashFile } from '../../sources/hash.ts'
import { openForeignFile } from '../../system/foreign-file.ts'

/** A file of the archive. */
export interface ZipEntry {
  /** With `/`, relative, without `.` and `..`. */
  readonly name: string
  readonly executable: boolean
  readonly content: { readonly bytes: Buffer } | { readonly file: string } | { readonly descriptor: number }
}

type OnDisk = Exclude<ZipEntry['content'], { readonly bytes: Buffer }>

export interface WrittenZip {
  readonly bytes: number
  /** Hex digits, of the whole archive. */
  readonly sha256: string
}

export interface ZipWatch {
  /** Called before each large entry is read. */
  readonly onEntry?: (name: string, bytes: number) => void
  /** Called when the archive is whole, before it takes its place; what it throws ends the writing. */
  readonly accept?: (written: WrittenZip) => void
}

/** The earliest time that the format can tell, written without a time zone: the same everywhere. */
const modified = () => new Date(1980, 0, 1)
const REGULAR_FILE = 0o100000
/** Files over this many bytes are streamed. */
const LARGE = 4 * 1024 * 1024
const PIECE = 256 * 1024
const SAMPLE = 64 * 1024
/** What deflate makes of a sample has to be below this share of it. */
const WORTH_DEFLATING = 0.95

/**
 * `out` is written beside its place and renamed when whole. What deflate cannot make smaller is stored.
 * Nothing is left when it fails.
 */
export async function writeZip(
  entries: readonly ZipEntry[],
  out: string,
  { onEntry = () => {}, accept = () => {} }: ZipWatch = {},
): Promise<WrittenZip> {
  const unfinished = `${out}.${process.pid}.part`
  try {
    const written = await write(sorted(entries), unfinished, onEntry)
    accept(written)
    await rename(unfinished, out)
    return written
  } catch (thrown) {
    await rm(unfinished, { force: true })
    throw thrown
  }
}

async function write(
  entries: readonly ZipEntry[],
  path: string,
  onEntry: (name: string, bytes: number) => void,
): Promise<WrittenZip> {
  const zip = new ZipFile()
  const failed = new Promise<never>((_resolve, reject) => zip.on('error', reject))
  const hash = createHash('sha256')
  let bytes = 0
  const finished = pipeline(
    zip.outputStream as Readable,
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        hash.update(piece)
        bytes += piece.length
        yield piece
      }
    },
    createWriteStream(path, { mode: 0o644 }),
  )
  finished.catch(() => {})
  for (const entry of entries) add(zip, entry, onEntry)
  zip.end()
  await Promise.race([finished, failed])
  return { bytes, sha256: hash.digest('hex') }
}

function add(zip: ZipFile, entry: ZipEntry, onEntry: (name: string, bytes: number) => void): void {
  const options = {
    mtime: modified(),
    forceDosTimestamp: true,
    mode: REGULAR_FILE | (entry.executable ? 0o755 : 0o644),
  }
  const { content } = entry
  if ('bytes' in content) {
    zip.addBuffer(content.bytes, entry.name, { ...options, compress: isWorthDeflating([content.bytes]) })
    return
  }
  const { size, pieces } = sampled(content)
  const compress = isWorthDeflating(pieces)
  zip.addReadStreamLazy(entry.name, { ...options, compress, size }, (callback) => {
    if (size > LARGE) onEntry(entry.name, size)
    callback(null, readStream(content))
  })
}

/** The SHA-256 of an entry's content, hex digits. */
export function contentSum(content: ZipEntry['content']): string {
  if ('bytes' in content) return createHash('sha256').update(content.bytes).digest('hex')
  if ('descriptor' in content) return hashFile(content.descriptor).sha256
  const descriptor = openForeignFile(content.file)
  try {
    return hashFile(descriptor).sha256
  } finally {
    closeSync(descriptor)
  }
}

function readStream(content: OnDisk): Readable {
  return 'file' in content
    ? createReadStream('', { fd: openForeignFile(content.file), highWaterMark: PIECE })
    : Readable.from(piecesOf(content.descriptor), { objectMode: false, highWaterMark: PIECE })
}

/** A descriptor stays open, also when the archive is given up: it is its owner's. */
async function* piecesOf(descriptor: number): AsyncGenerator<Buffer> {
  const readAt = promisify(read)
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await readAt(descriptor, Buffer.allocUnsafe(PIECE), 0, PIECE, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** Pieces from the beginning, the middle and the end. */
function sampled(content: OnDisk): { readonly size: number; readonly pieces: readonly Buffer[] } {
  const descriptor = 'file' in content ? openForeignFile(content.file) : content.descriptor
  try {
    const { size } = fstatSync(descriptor)
    const starts = new Set([0, Math.floor(size / 2), Math.max(0, size - SAMPLE)])
    const pieces = [...starts].map((start) => {
      const piece = Buffer.alloc(SAMPLE)
      return piece.subarray(0, readSync(descriptor, piece, 0, SAMPLE, start))
    })
    return { size, pieces }
  } finally {
    if ('file' in content) closeSync(descriptor)
  }
}

function isWorthDeflating(pieces: readonly Buffer[]): boolean {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const deflated = pieces.reduce((sum, piece) => sum + deflateRawSync(piece, { level: 1 }).length, 0)
  return deflated < length * WORTH_DEFLATING
}

/** By bytes, as a locale would not do it. */
function sorted(entries: readonly ZipEntry[]): readonly ZipEntry[] {
  return entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
}
