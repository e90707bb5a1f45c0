/** Unpacks zip archives: yauzl reads them, the target directory checks and writes the entries. */
import { text } from 'node:stream/consumers'
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import { LOCAL_HEADER_SIZE } from '../../zip/records.ts'
import { RefusedArchive } from './escape.ts'
import type { Target } from './target.ts'

const FILE_TYPE = 0o170000
const LINK = 0o120000
const FOLDER = 0o040000
const REGULAR = 0o100000
const UNIX = 3
const LONGEST_LINK = 4096

/** A jar is a zip archive with a manifest. */
export async function isJarArchive(fd: number): Promise<boolean> {
  const { entries } = await open(fd).catch(explain)
  return entries.some(({ fileName }) => fileName === 'META-INF/MANIFEST.MF')
}

/** @throws RefusedArchive */
export async function unpackZip(fd: number, target: Target): Promise<void> {
  const { zip, entries } = await open(fd).catch(explain)
  refuseOverlaps(entries)
  for (const entry of entries) await take(entry, zip, target).catch(explain)
}

async function open(fd: number): Promise<{ readonly zip: ZipFile; readonly entries: readonly Entry[] }> {
  const zip = await fromFdPromise(fd, { autoClose: false, strictFileNames: true })
  const entries: Entry[] = []
  for await (const entry of zip.eachEntry()) entries.push(entry)
  return { zip, entries }
}

/** Rejects entries that share bytes before any is unpacked: small zip bombs with huge contents use them. */
function refuseOverlaps(entries: readonly Entry[]): void {
  const regions = entries.map(({ relativeOffsetOfLocalHeader: start, compressedSize, fileName }) => {
    return { start, end: start + LOCAL_HEADER_SIZE + compressedSize, name: JSON.stringify(fileName) }
  })
  regions.sort((a, b) => a.start - b.start)
  for (const [index, after] of regions.entries()) {
    const before = regions[index - 1]
    if (before && before.end > after.start)
      throw new RefusedArchive(`its entries ${before.name} and ${after.name} overlap`)
  }
}

async function take(entry: Entry, zip: ZipFile, target: Target): Promise<void> {
  const name = entry.fileName
  if (entry.isEncrypted()) target.special(name, 'encrypted')
  const madeOnUnix = entry.versionMadeBy >>> 8 === UNIX
  const mode = madeOnUnix ? entry.externalFileAttributes >>> 16 : 0
  const type = mode & FILE_TYPE
  if (name.endsWith('/') || type === FOLDER) return target.folder(name)
  if (type === LINK) {
    if (entry.uncompressedSize > LONGEST_LINK) target.special(name, 'a link whose target is too long')
    return target.link(name, await text(await zip.openReadStreamPromise(entry)))
  }
  if (type !== 0 && type !== REGULAR) target.special(name, 'neither a file nor a directory nor a link')
  const writer = target.file(name, mode & 0o7777, entry.uncompressedSize)
  try {
    for await (const piece of await zip.openReadStreamPromise(entry)) writer.write(piece as Buffer)
  } finally {
    writer.close()
  }
}

/** Errors of the reader are problems of the archive, except system errors. */
function explain(thrown: unknown): never {
  const error = thrown as NodeJS.ErrnoException
  if (thrown instanceof RefusedArchive || /^E[A-Z]+$/.test(error.code ?? '')) throw thrown
  throw new RefusedArchive(`its zip data is damaged or hostile (${error.message})`)
}
