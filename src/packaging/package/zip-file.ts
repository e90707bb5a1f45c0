/**
 * Writes a zip archive that depends only on its entries: not on the clock, the time zone, the user, the umask or the order
 * of the files. Modes are 0644 and 0755.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, createReadStream, createWriteStream, fstatSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { deflateRawSync } from 'node:zlib'
import { ZipArchive } from 'archiver'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { InputError } from '../../problems/problems.ts'
import { hashFile } from '../../sources/hash.ts'
import { openForeignFile, readBytes, readPieces } from '../../system/foreign-file.ts'
import { removeWhenInterrupted } from '../../system/interrupted.ts'

/** A file of the archive. */
export interface PackagedFile {
  /** With `/`, relative, without `.` and `..`. */
  readonly name: string
  readonly executable: boolean
  readonly content: { readonly bytes: Buffer } | { readonly file: string } | { readonly descriptor: number }
}

export function packagedFile(name: string, file: string, executable = false): PackagedFile {
  return { name, executable, content: { file } }
}

export function packagedBytes(name: string, content: string | Buffer): PackagedFile {
  return { name, executable: false, content: { bytes: Buffer.from(content) } }
}

type OnDisk = Exclude<PackagedFile['content'], { readonly bytes: Buffer }>

export interface WrittenZip {
  readonly bytes: number
  /** Hex digits, of the whole archive. */
  readonly sha256: string
}

interface ZipWatch {
  /** Called before each large entry is read. */
  readonly onEntry?: (name: string, bytes: number) => void
  /** Called when the archive is complete, before it is renamed; an exception ends the writing. */
  readonly accept?: (written: WrittenZip) => void
}

/** The earliest time of the format; archiver writes it as UTC, the same everywhere. */
const MODIFIED = new Date(Date.UTC(1980, 0, 1))
/** The default of `zip`; archiver's default is 1. */
const LEVEL = 6
/** Files above this size are reported before they are read. */
const LARGE = 4 * 1024 * 1024
const PIECE = 256 * 1024
const SAMPLE = 64 * 1024
/** Deflate must make a sample smaller than this share. */
const WORTH_DEFLATING = 0.95

/** The path of the archive, also for the part that a killed run left. */
export function wholeOf(path: string): string {
  return path.replace(/\.\d+\.part$/, '')
}

/**
 * Writes beside `out` and renames when complete. Entries that deflate cannot make smaller are stored. A failure leaves no file.
 */
export async function writeZip(
  entries: readonly PackagedFile[],
  out: string,
  { onEntry = () => {}, accept = () => {} }: ZipWatch = {},
): Promise<WrittenZip> {
  const unfinished = `${out}.${process.pid}.part`
  const release = removeWhenInterrupted(unfinished)
  try {
    const written = await write(sorted(entries), unfinished, onEntry)
    accept(written)
    await rename(unfinished, out)
    return written
  } catch (thrown) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    const error = thrown as NodeJS.ErrnoException
    // Node.js does not name the file that cannot be written.
    const isUnwritten = error.syscall === 'write' || error.path === unfinished
    throw isUnwritten ? new InputError(`cannot write ${out}: ${describeSystemError(error)}`) : thrown
  } finally {
    release()
  }
}

async function write(
  entries: readonly PackagedFile[],
  path: string,
  onEntry: (name: string, bytes: number) => void,
): Promise<WrittenZip> {
  const zip = new ZipArchive({ zlib: { level: LEVEL } })
  const hash = createHash('sha256')
  let bytes = 0
  let onWritten = () => {}
  const output = createWriteStream(path, { mode: 0o644 })
  const finished = pipeline(
    zip,
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        hash.update(piece)
        yield piece
        bytes += piece.length
        onWritten()
      }
    },
    output,
  )
  /** archiver accepts whole entries faster than the disk: without a pause, all of them would be in memory. */
  const written = (target: number) =>
    new Promise<void>((resolve) => {
      onWritten = () => bytes >= target && resolve()
      onWritten()
    })
  try {
    for (const entry of entries) {
      const before = bytes
      const held = await Promise.race([add(zip, entry, onEntry), finished.then(() => 0)])
      await Promise.race([written(before + held), finished])
    }
    await zip.finalize()
    await finished
  } catch (thrown) {
    zip.destroy()
    await finished.catch(() => {})
    // A stream that is destroyed early still creates its file, after which the caller can remove it.
    if (!output.closed) await new Promise<void>((resolve) => output.once('close', resolve))
    throw thrown
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** @returns how many bytes of content archiver holds in memory now */
async function add(
  zip: ZipArchive,
  { name, executable, content }: PackagedFile,
  onEntry: (name: string, bytes: number) => void,
): Promise<number> {
  // archiver would write another name.
  if (/\\|^\w+:/.test(name))
    throw new InputError(`${name} cannot be packaged: use a name without backslash and colon`)
  const added = once(zip, 'entry')
  const [source, store] = sourceOf(content, (size) => onEntry(name, size))
  zip.append(source, { name, date: MODIFIED, mode: executable ? 0o755 : 0o644, store })
  await added
  return Buffer.isBuffer(source) && store ? source.length : 0
}

/**
 * Stored entries are passed as a whole: for a stream, archiver writes sizes and checksum after the content, which
 * java.util.zip.ZipInputStream does not accept.
 */
function sourceOf(
  content: PackagedFile['content'],
  onLarge: (size: number) => void,
): readonly [source: Buffer | Readable, store: boolean] {
  if ('bytes' in content) return [content.bytes, !isWorthDeflating([content.bytes])]
  return withDescriptor(content, (descriptor) => {
    const { size } = fstatSync(descriptor)
    if (size > LARGE) onLarge(size)
    // From the beginning, the middle and the end.
    const starts = new Set([0, Math.floor(size / 2), Math.max(0, size - SAMPLE)])
    const samples = [...starts].map((start) => readBytes(descriptor, start, SAMPLE))
    return isWorthDeflating(samples) ? [readStream(content), false] : [readBytes(descriptor, 0, size), true]
  })
}

/** The SHA-256 of an entry's content, hex digits. */
export function contentSum(content: PackagedFile['content']): string {
  if ('bytes' in content) return createHash('sha256').update(content.bytes).digest('hex')
  return withDescriptor(content, (descriptor) => hashFile(descriptor).sha256)
}

/** A given descriptor stays open: its owner closes it. */
function withDescriptor<T>(content: OnDisk, use: (descriptor: number) => T): T {
  if ('descriptor' in content) return use(content.descriptor)
  const descriptor = openForeignFile(content.file)
  try {
    return use(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function readStream(content: OnDisk): Readable {
  return 'file' in content
    ? createReadStream('', { fd: openForeignFile(content.file), highWaterMark: PIECE })
    : Readable.from(readPieces(content.descriptor, PIECE), { objectMode: false, highWaterMark: PIECE })
}

function isWorthDeflating(pieces: readonly Buffer[]): boolean {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const deflated = pieces.reduce((sum, piece) => sum + deflateRawSync(piece, { level: 1 }).length, 0)
  return deflated < length * WORTH_DEFLATING
}

/** By bytes, independent of the locale. */
function sorted(entries: readonly PackagedFile[]): readonly PackagedFile[] {
  return entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
}
