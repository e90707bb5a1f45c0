/**
 * Unpacks a zip (jar, war) of any size into a directory. Refuses entries outside it; creates links last, so that nothing
 * is written through one.
 */
import { chmodSync, createWriteStream, writeFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import {
  type Entry,
  fromRandomAccessReaderPromise,
  RandomAccessReader,
  validateFileName,
  type ZipFile,
} from 'yauzl'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { makePlatformFolder } from '../../platform/umask.ts'
import { InputError } from '../../problems/problems.ts'
import { Bounds } from '../../sources/archives/bomb.ts'
import { type ByteSource, partOf, withFile } from '../../zip/byte-source.ts'
import { chunksOf, readAll } from '../../zip/content.ts'
import { readDirectory } from '../../zip/directory.ts'
import { kindOfEntry } from '../../zip/records.ts'

interface ExplodeOptions {
  /** The file, and its name in messages. */
  readonly archive: string
  readonly name: string
  /** An existing directory. */
  readonly target: string
  /** Mode of a regular file; `mode` is that of the archive, 0 if it has none. */
  readonly fileMode: (mode: number) => number
  /** Which entries are skipped, by the name in the archive. */
  readonly isIgnored?: (name: string) => boolean
  /** Creates only the directories of files and links. */
  readonly withoutEmptyFolders?: boolean
}

const SLASH = 0x2f

/** @throws InputError when it is not a zip, or cannot be unpacked */
export async function explode(options: ExplodeOptions): Promise<void> {
  try {
    await withFile(options.archive, options.name, async (file) => {
      const { start, end } = readDirectory(file)
      // A launch script may precede the archive, as in executable jars.
      const source = partOf(file, file.name, start, file.size - start)
      const zip = await fromRandomAccessReaderPromise(new Reader(source), source.size, {
        decodeStrings: false,
      })
      const content = partOf(file, file.name, start, end - start)
      await explodeEntries({ zip, content, size: file.size }, options)
    })
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown
    throw new InputError(`${options.name} cannot be unpacked: ${(thrown as Error).message}`)
  }
}

interface Archive {
  readonly zip: ZipFile
  /** What precedes its directory. */
  readonly content: ByteSource
  readonly size: number
}

async function explodeEntries(archive: Archive, options: ExplodeOptions): Promise<void> {
  const { zip, size } = archive
  const bounds = new Bounds(size)
  const links: [name: string, path: Buffer, target: Buffer][] = []
  for await (const entry of zip.eachEntry()) {
    if (options.isIgnored?.(String(entry.fileNameRaw))) continue
    const inside = withoutSlashes(entry.fileNameRaw)
    if (inside.length === 0) continue
    const name = String(inside)
    const isOutside = validateFileName(name.replaceAll('\\', '/')) !== null
    if (isOutside) throw new Error(`${name} is outside the archive`)
    if (entry.isEncrypted()) throw new InputError(`${options.name} has an encrypted entry: ${name}`)
    // yauzl ends the stream if an entry is larger than stated.
    bounds.bytes(entry.uncompressedSize)
    const path = Buffer.concat([Buffer.from(`${options.target}/`), inside])
    const link = await ofEntry(name, () => explodeEntry(archive, entry, path, options))
    if (link !== undefined) links.push([name, path, link])
  }
  for (const [name, path, target] of links) await ofEntry(name, () => symlink(target, path))
}

/** The name without trailing slashes. Bytes, as on the platform: names without the UTF-8 flag are usually UTF-8 too. */
function withoutSlashes(name: Buffer): Buffer {
  let end = name.length
  while (name[end - 1] === SLASH) end--
  return name.subarray(0, end)
}

/** Names the entry in a failure. */
async function ofEntry<T>(name: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (thrown) {
    throw new Error(`${name}: ${describeSystemError(thrown as Error)}`)
  }
}

/** @returns the target of a symbolic link, which is not created yet */
async function explodeEntry(
  archive: Archive,
  entry: Entry,
  path: Buffer,
  { fileMode, withoutEmptyFolders }: ExplodeOptions,
): Promise<Buffer | undefined> {
  const { externalFileAttributes: attributes } = entry
  const kind = kindOfEntry(entry.fileNameRaw.toString('latin1'), entry.versionMadeBy, attributes)
  if (kind === 'directory') {
    if (!withoutEmptyFolders) makePlatformFolder(path)
    return undefined
  }
  makePlatformFolder(path.subarray(0, path.lastIndexOf('/')))
  const stream = () => archive.zip.openReadStreamPromise(entry)
  if (kind === 'link') {
    const size = entry.uncompressedSize
    if (size > LONGEST_LINK) throw new Error(`its link target has ${size} bytes, more than ${LONGEST_LINK}`)
    return buffer(await stream())
  }
  const content = smallContent(archive.content, entry)
  if (content) writeFileSync(path, content)
  else await pipeline(await stream(), (bytes) => verified(bytes, entry.crc32), createWriteStream(path))
  chmodSync(path, fileMode((attributes >>> 16) & 0o777))
  return undefined
}

/** Linux refuses longer ones: PATH_MAX without the NUL (https://man7.org/linux/man-pages/man2/symlink.2.html). */
const LONGEST_LINK = 4095

/** Streams take ten times as long as the content of a small file. */
const SMALL = 256 * 1024

/** @returns undefined if it is not small, or has a fault, which yauzl then reports */
function smallContent(
  source: ByteSource,
  {
    compressionMethod: method,
    compressedSize,
    uncompressedSize: size,
    relativeOffsetOfLocalHeader: offset,
    crc32: checksum,
  }: Entry,
): Buffer | undefined {
  if (Math.max(compressedSize, size) > SMALL) return undefined
  try {
    const content = readAll(source, { name: '', method, encrypted: false, compressedSize, size, offset })
    return content.length === size && crc32(content) === checksum ? content : undefined
  } catch {
    return undefined
  }
}

async function* verified(content: AsyncIterable<Buffer>, checksum: number): AsyncGenerator<Buffer> {
  let actual = 0
  for await (const bytes of content) {
    actual = crc32(bytes, actual)
    yield bytes
  }
  if (actual !== checksum) throw new Error('its checksum is wrong')
}

class Reader extends RandomAccessReader {
  readonly #source: ByteSource

  constructor(source: ByteSource) {
    super()
    this.#source = source
  }

  /** yauzl's own method makes streams for each of the small reads of an entry. */
  override read(into: Buffer, at: number, length: number, from: number, done: ReadDone): void {
    try {
      this.#source.read(from, length).copy(into, at)
      setImmediate(done, null, length)
    } catch (thrown) {
      setImmediate(done, thrown as Error)
    }
  }

  override _readStreamForRange(from: number, to: number): Readable {
    return Readable.from(chunksOf(partOf(this.#source, this.#source.name, from, to - from)))
  }
}

type ReadDone = (error: Error | null, length?: number) => void
