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
import { fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl'
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
  const links: [path: string, target: string][] = []
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.replace(/\/+$/, '')
    if (name === '' || options.isIgnored?.(name)) continue
    const path = join(options.target, name)
    const mode = entry.externalFileAttributes >>> 16
    if (entry.fileName.endsWith('/')) {
      makePlatformFolder(path)
      continue
    }
    if (entry.isEncrypted()) throw new InputError(`${options.name} has an encrypted entry: ${entry.fileName}`)
    // yauzl ends the stream if an entry is larger than stated.
    bounds.bytes(entry.uncompressedSize)
    makePlatformFolder(dirname(path))
    const content: Readable = await zip.openReadStreamPromise(entry)
    if ((mode & FILE_TYPE) === LINK) {
      links.push([path, (await buffer(content)).toString()])
      continue
    }
    await pipeline(content, createWriteStream(path))
    await chmod(path, options.fileMode(mode & 0o777))
  }
  for (const [path, target] of links) await symlink(target, path)
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
