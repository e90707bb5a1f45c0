/** Unpacks zip archives: yauzl reads them, the target directory checks and writes the entries. */
import { type Entry, fromFd, type ZipFile } from 'yauzl'
import { RefusedArchive } from './escape.ts'
import type { Target } from './target.ts'

const FILE_TYPE = 0o170000
const LINK = 0o120000
const FOLDER = 0o040000
const REGULAR = 0o100000
const UNIX = 3
const LONGEST_LINK = 4096
/** The fixed part of an entry's local header. */
const LOCAL_HEADER = 30

/** A jar is a zip archive with a manifest. */
export async function isJarArchive(fd: number): Promise<boolean> {
  for await (const { entry } of entriesOf(fd)) if (entry.fileName === 'META-INF/MANIFEST.MF') return true
  return false
}

/** @throws RefusedArchive */
export async function unpackZip(fd: number, target: Target): Promise<void> {
  await refuseOverlaps(fd)
  for await (const { entry, zip } of entriesOf(fd)) await take(entry, zip, target)
}

/** Rejects entries that share bytes before any is unpacked: small zip bombs with huge contents use them. */
async function refuseOverlaps(fd: number): Promise<void> {
  const regions: [start: number, end: number, name: string][] = []
  for await (const { entry } of entriesOf(fd)) {
    const start = entry.relativeOffsetOfLocalHeader
    regions.push([start, start + LOCAL_HEADER + entry.compressedSize, entry.fileName])
  }
  regions.sort((a, b) => a[0] - b[0])
  for (let i = 1; i < regions.length; i++) {
    const [before, after] = [regions[i - 1], regions[i]]
    if (before && after && before[1] > after[0]) {
      throw new RefusedArchive(
        `its entries ${JSON.stringify(before[2])} and ${JSON.stringify(after[2])} overlap`,
      )
    }
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
    return target.link(name, (await contentOf(entry, zip)).toString('utf8'))
  }
  if (type !== 0 && type !== REGULAR) target.special(name, 'neither a file nor a directory nor a link')
  const writer = target.file(name, mode & 0o7777, entry.uncompressedSize)
  try {
    for await (const piece of await streamOf(entry, zip)) writer.write(piece as Buffer)
  } catch (thrown) {
    throw explained(thrown)
  } finally {
    writer.close()
  }
}

async function contentOf(entry: Entry, zip: ZipFile): Promise<Buffer> {
  const pieces: Buffer[] = []
  try {
    for await (const piece of await streamOf(entry, zip)) pieces.push(piece as Buffer)
  } catch (thrown) {
    throw explained(thrown)
  }
  return Buffer.concat(pieces)
}

async function* entriesOf(fd: number): AsyncGenerator<{ entry: Entry; zip: ZipFile }> {
  const zip = await open(fd)
  for (;;) {
    const entry = await nextEntry(zip)
    if (entry === undefined) return
    yield { entry, zip }
  }
}

function open(fd: number): Promise<ZipFile> {
  return new Promise((resolve, reject) =>
    fromFd(fd, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, zip) =>
      error ? reject(explained(error)) : resolve(zip),
    ),
  )
}

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => {
      zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error')
      outcome()
    }
    zip.once('entry', (entry: Entry) => settle(() => resolve(entry)))
    zip.once('end', () => settle(() => resolve(undefined)))
    zip.once('error', (error: Error) => settle(() => reject(explained(error))))
    zip.readEntry()
  })
}

function streamOf(entry: Entry, zip: ZipFile): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream))),
  )
}

/** Errors of the reader are problems of the archive, except system errors. */
function explained(thrown: unknown): unknown {
  const error = thrown as NodeJS.ErrnoException
  if (thrown instanceof RefusedArchive || /^E[A-Z]+$/.test(error.code ?? '')) return thrown
  return new RefusedArchive(`its zip data is damaged or hostile (${error.message})`)
}
