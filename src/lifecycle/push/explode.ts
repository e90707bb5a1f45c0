/**
 * Unpacks a zip (jar, war) of any size into a directory. Refuses entries outside it; creates links last, so that nothing
 * is written through one.
 */
import { chmodSync, createWriteStream, writeFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { makePlatformFolder } from '../../platform/umask.ts'
import { InputError } from '../../problems/problems.ts'
import { Bounds } from '../../sources/archives/bomb.ts'
import { withFile } from '../../zip/byte-source.ts'
import { chunksOf, packedContent } from '../../zip/content.ts'
import { entryAt, readDirectory, walkDirectory, type ZipDirectory } from '../../zip/directory.ts'
import { leavesTheApp } from '../../zip/entry-name.ts'
import { kindOfEntry, METHOD_DEFLATED, METHOD_STORED } from '../../zip/records.ts'

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
  const { archive, name } = options
  try {
    await withFile(archive, name, (source) => explodeEntries(readDirectory(source), options))
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown
    throw new InputError(`${name} cannot be unpacked: ${(thrown as Error).message}`)
  }
}

async function explodeEntries(directory: ZipDirectory, options: ExplodeOptions): Promise<void> {
  const bounds = new Bounds(directory.source.size)
  const entries: [header: number, name: Buffer][] = []
  walkDirectory(directory, (header, nameStart, nameEnd) =>
    entries.push([header, directory.bytes.subarray(nameStart, nameEnd)]),
  )
  const links: [name: string, path: Buffer, target: Buffer][] = []
  for (const [header, raw] of entries) {
    if (options.isIgnored?.(String(raw))) continue
    const inside = withoutSlashes(raw)
    if (inside.length === 0) continue
    const name = String(inside)
    if (leavesTheApp(name)) throw new Error(`${name} is outside the archive`)
    const { encrypted, size } = entryAt(directory, header)
    if (encrypted) throw new InputError(`${options.name} has an encrypted entry: ${name}`)
    bounds.bytes(size)
    const path = Buffer.concat([Buffer.from(`${options.target}/`), inside])
    const link = await ofEntry(name, () => explodeEntry(directory, header, path, options))
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
  directory: ZipDirectory,
  header: number,
  path: Buffer,
  { fileMode, withoutEmptyFolders }: ExplodeOptions,
): Promise<Buffer | undefined> {
  const { bytes, source } = directory
  const entry = entryAt(directory, header)
  const attributes = bytes.readUInt32LE(header + 38)
  const kind = kindOfEntry(entry.name, bytes.readUInt16LE(header + 4), attributes)
  if (kind === 'directory') {
    if (!withoutEmptyFolders) makePlatformFolder(path)
    return undefined
  }
  makePlatformFolder(path.subarray(0, path.lastIndexOf('/')))
  const { size, compressedSize, method } = entry
  if (kind === 'link' && size > LONGEST_LINK)
    throw new Error(`its link target has ${size} bytes, more than ${LONGEST_LINK}`)
  const isDeflated = method === METHOD_DEFLATED
  if (!isDeflated && method !== METHOD_STORED) throw new Error(`unsupported compression method: ${method}`)
  const packed = packedContent(source, entry)
  const stated = { size, checksum: bytes.readUInt32LE(header + 16) }
  if (Math.max(size, compressedSize) <= SMALL) {
    const all = packed.read(0, packed.size)
    const content = isDeflated ? inflateRawSync(all, { maxOutputLength: SMALL + 1 }) : all
    refuseOther(stated, { size: content.length, checksum: crc32(content) })
    if (kind === 'link') return content
    writeFileSync(path, content)
  } else {
    const check = (content: Iterable<Buffer> | AsyncIterable<Buffer>) => verified(content, stated)
    if (isDeflated) await pipeline(chunksOf(packed), createInflateRaw(), check, createWriteStream(path))
    else await pipeline(chunksOf(packed), check, createWriteStream(path))
  }
  chmodSync(path, fileMode((attributes >>> 16) & 0o777))
  return undefined
}

/** Linux refuses longer ones: PATH_MAX without the NUL (https://man7.org/linux/man-pages/man2/symlink.2.html). */
const LONGEST_LINK = 4095

/** Streams take ten times as long as the content of a small file. */
const SMALL = 256 * 1024

interface Stated {
  readonly size: number
  readonly checksum: number
}

function refuseOther(stated: Stated, actual: Stated): void {
  if (actual.size !== stated.size) throw new Error('its size is wrong')
  if (actual.checksum !== stated.checksum) throw new Error('its checksum is wrong')
}

async function* verified(
  content: Iterable<Buffer> | AsyncIterable<Buffer>,
  stated: Stated,
): AsyncGenerator<Buffer> {
  let size = 0
  let checksum = 0
  for await (const bytes of content) {
    size += bytes.length
    // No more than the bounds were told.
    if (size > stated.size) break
    checksum = crc32(bytes, checksum)
    yield bytes
  }
  refuseOther(stated, { size, checksum })
}
