/** Unpacks tar archives: node-tar reads them, the target directory checks and writes the entries. */
import { Parser, type ReadEntry } from 'tar'
import { RefusedArchive, refuse } from './escape.ts'
import type { Target } from './target.ts'

const SPECIAL: Readonly<Record<string, string>> = {
  CharacterDevice: 'a device',
  BlockDevice: 'a device',
  FIFO: 'a named pipe (fifo)',
}

const SPARSE = "is a sparse file, which is not supported; pack it without tar's --sparse"
/** Marks a sparse file in the extended header of any PAX version. The reader ignores it. */
const PAX_SPARSE = /^\d+ GNU\.sparse\./m
const PAX_SPARSE_NAME = /^\d+ GNU\.sparse\.name=(.+)$/m

/** Kinds of entry that have content but that the reader ignores. */
const LOST_WHEN_IGNORED: Readonly<Record<string, string>> = {
  SparseFile: SPARSE,
  ContinuationFile: 'is of a kind that is not supported (ContinuationFile)',
}
/** Of an extended header: the reader ignores a longer one, and with it the name of the next entry. Bytes. */
const LONGEST_HEADER = 1024 ** 2

/** @param pieces the decompressed archive @throws RefusedArchive */
export async function unpackTar(pieces: AsyncIterable<Buffer>, target: Target): Promise<void> {
  const parsing = new TarReading(target)
  for await (const piece of pieces) parsing.write(piece)
  parsing.end()
}

class TarReading {
  readonly #parser: Parser
  #failure: Error | undefined
  #sawEnd = false
  #isOpen = false
  /** The extended headers before the next entry. */
  #extended = ''

  constructor(target: Target) {
    this.#parser = new Parser({ strict: true, maxMetaEntrySize: LONGEST_HEADER })
    this.#parser.on('error', (error: Error) => this.#fail(error))
    this.#parser.on('nullBlock', () => {
      this.#sawEnd = true
    })
    this.#parser.on('ignoredEntry', (entry: ReadEntry) => {
      const why = entry.meta ? 'is an extended header of over 1 MiB' : LOST_WHEN_IGNORED[entry.type]
      if (why !== undefined) this.#fail(new RefusedArchive(`its entry ${JSON.stringify(entry.path)} ${why}`))
    })
    this.#parser.on('meta', (meta: string) => {
      this.#extended += meta
    })
    this.#parser.on('entry', (entry: ReadEntry) => {
      if (this.#failure) return void entry.resume()
      try {
        this.#isOpen = true
        this.#take(entry, target)
      } catch (thrown) {
        this.#fail(thrown as Error)
        entry.resume()
      }
    })
  }

  write(piece: Buffer): void {
    this.#parser.write(piece)
    if (this.#failure) throw this.#failure
  }

  end(): void {
    this.#parser.end()
    if (this.#failure) throw this.#failure
    if (!this.#sawEnd || this.#isOpen) throw new RefusedArchive('it is cut short: its end is missing')
  }

  #take(entry: ReadEntry, target: Target): void {
    const { path, type } = entry
    const linkTarget = entry.linkpath ?? ''
    if (PAX_SPARSE.test(this.#extended)) refuse(PAX_SPARSE_NAME.exec(this.#extended)?.[1] ?? path, SPARSE)
    this.#extended = ''
    entry.on('end', () => {
      this.#isOpen = false
    })
    if (type === 'File' || type === 'OldFile' || type === 'ContiguousFile') {
      this.#receive(entry, target)
      return
    }
    if (type === 'Directory' || type === 'GNUDumpDir') target.folder(path)
    else if (type === 'SymbolicLink') target.link(path, linkTarget)
    else if (type === 'Link') target.hardLink(path, linkTarget)
    else target.special(path, SPECIAL[type] ?? `of a kind that is not supported (${type})`)
    entry.resume()
  }

  #receive(entry: ReadEntry, target: Target): void {
    const writer = target.file(entry.path, entry.mode ?? 0, entry.size)
    entry.on('data', (piece: Buffer) => {
      if (this.#failure) return
      try {
        writer.write(piece)
      } catch (thrown) {
        this.#fail(thrown as Error)
      }
    })
    entry.on('end', () => writer.close())
  }

  #fail(error: Error): void {
    const code = (error as NodeJS.ErrnoException & { tarCode?: string }).tarCode
    this.#failure ??=
      code === undefined ? error : new RefusedArchive(`its tar data is damaged (${error.message})`)
  }
}
