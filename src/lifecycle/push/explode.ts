/**
 * Unpacks a zip (jar, war) of any size into a directory. Refuses entries outside it; creates links last, so that nothing
 * is written through one.
 */
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { chmod, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { makePlatformFolder } from '../../platform/umask.ts'
import { InputError } from '../../problems/problems.ts'
import { Bounds } from '../../sources/archives/bomb.ts'
import { openForeignFile } from '../../system/foreign-file.ts'
import { withFileSync } from '../../zip/byte-source.ts'
import { readDirectory } from '../../zip/directory.ts'

interface ExplodeOptions {
  /** The file, and its name in messages. */
  readonly archive: string
  readonly name: string
  /** An existing directory. */
  readonly target: string
  /** Mode of a regular file; `mode` is that of the archive, 0 if it has none. */
  readonly fileMode: (mode: number) => number
  /** Which entries are skipped, by path without a trailing `/`. */
  readonly isIgnored?: (path: string) => boolean
}

const FILE_TYPE = 0o170000
const LINK = 0o120000

/** @throws InputError when it is not a zip, or cannot be unpacked */
export async function explode(options: ExplodeOptions): Promise<void> {
  try {
    await explodeEntries(await openZip(options), options)
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown
    throw new InputError(`${options.name} cannot be unpacked: ${(thrown as Error).message}`)
  }
}

async function explodeEntries(zip: ZipFile, options: ExplodeOptions): Promise<void> {
  const bounds = new Bounds(statSync(options.archive).size)
  const links: [name: string, target: string][] = []
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.replace(/\/+$/, '')
    if (name === '' || options.isIgnored?.(name)) continue
    if (entry.isEncrypted()) throw new InputError(`${options.name} has an encrypted entry: ${entry.fileName}`)
    // yauzl ends the stream if an entry is larger than stated.
    bounds.bytes(entry.uncompressedSize)
    const link = await ofEntry(name, () => explodeEntry(zip, entry, join(options.target, name), options))
    if (link !== undefined) links.push([name, link])
  }
  for (const [name, link] of links) await ofEntry(name, () => symlink(link, join(options.target, name)))
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
  zip: ZipFile,
  entry: Entry,
  path: string,
  { fileMode }: ExplodeOptions,
): Promise<string | undefined> {
  const mode = entry.externalFileAttributes >>> 16
  if (entry.fileName.endsWith('/')) {
    makePlatformFolder(path)
    return undefined
  }
  makePlatformFolder(dirname(path))
  const content: Readable = await zip.openReadStreamPromise(entry)
  if ((mode & FILE_TYPE) === LINK) return (await buffer(content)).toString()
  await pipeline(content, createWriteStream(path))
  await chmod(path, fileMode(mode & 0o777))
  return undefined
}

/** A launch script may precede the archive, as in executable jars. */
async function openZip({ archive, name }: ExplodeOptions): Promise<ZipFile> {
  const { start, size } = withFileSync(archive, name, (source) => ({
    start: readDirectory(source).start,
    size: source.size,
  }))
  const reader = new (class extends RandomAccessReader {
    override _readStreamForRange(from: number, to: number): Readable {
      return createReadStream('', { fd: openForeignFile(archive), start: start + from, end: start + to - 1 })
    }
  })()
  return fromRandomAccessReaderPromise(reader, size - start)
}
