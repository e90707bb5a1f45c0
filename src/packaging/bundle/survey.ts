/** Reads an archive's central directory once: checks it, and finds the kind of archive and the requested entries. */
import { InputError } from '../../problems/problems.ts'
import { FLAG_ENCRYPTED, FLAG_MASKED_DIRECTORY } from '../../zip/records.ts'
import type { Archive } from './archive.ts'
import { type OldEntry, visitEntries } from './archive-entries.ts'
import { EntryExtents } from './entry-extents.ts'

export interface Survey {
  readonly entries: number
  /** Old entries by requested path; several if the archive has a name more than once. */
  readonly found: ReadonlyMap<string, readonly OldEntry[]>
  readonly isSpringBoot: boolean
  readonly isWar: boolean
  readonly isSigned: boolean
}

/**
 * @param wanted paths of the requested entries
 * @param added paths of the new entries; an old entry that conflicts with one is refused
 * @throws InputError when the archive is damaged, is encrypted or leads out of the app, or when a new path needs a
 *   directory where the archive has a file
 */
export async function surveyArchive(
  archive: Archive,
  wanted: Iterable<string>,
  added: readonly string[],
): Promise<Survey> {
  const { name } = archive
  const found = new Map<string, OldEntry[]>()
  const byName = new Map([...wanted].map((path) => [Buffer.from(path).toString('latin1'), path]))
  const obstacles = new Obstacles(added)
  const extents = new EntryExtents(archive)
  const kind = { isSpringBoot: false, isWar: false, isSigned: false }
  const entries = await visitEntries(archive, (entry) => {
    extents.add(entry)
    if ((entry.flags & (FLAG_ENCRYPTED | FLAG_MASKED_DIRECTORY)) !== 0) {
      throw new InputError(`${name} is encrypted (${printable(entry.name)}), which cf push cannot read`)
    }
    if (leavesTheApp(entry.name)) {
      throw new InputError(
        `${name}: the entry ${printable(entry.name)} would be unpacked outside the app; build the archive again without it`,
      )
    }
    obstacles.check(entry.name, name)
    if (entry.name.startsWith('BOOT-INF/')) kind.isSpringBoot = true
    else if (entry.name.startsWith('WEB-INF/')) kind.isWar = true
    else if (/^META-INF\/[^/]+\.(?:RSA|DSA|EC)$/i.test(entry.name)) kind.isSigned = true
    const path = byName.get(entry.name)
    if (path === undefined) return
    found.set(path, [...(found.get(path) ?? []), entry])
  })
  extents.check()
  return { entries, found, ...kind }
}

/** Treats a backslash as a slash, as some readers do. */
function leavesTheApp(name: string): boolean {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(name)) return true
  return name.includes('..') && name.split(/[/\\]/).includes('..')
}

/** Finds files where a new path needs a directory, and vice versa: they cannot be unpacked together. */
class Obstacles {
  readonly #files = new Set<string>()
  readonly #folders = new Set<string>()
  readonly #firstParts = new Set<string>()

  constructor(added: readonly string[]) {
    for (const path of added) {
      const name = Buffer.from(path).toString('latin1')
      this.#firstParts.add(firstPart(name))
      if (!name.endsWith('/')) this.#files.add(name)
      for (const folder of foldersOf(name)) this.#folders.add(folder)
    }
  }

  check(entry: string, archive: string): void {
    if (!this.#firstParts.has(firstPart(entry))) return
    if (this.#folders.has(entry)) throw this.#problem(entry, 'a file', archive)
    for (const folder of foldersOf(entry)) {
      if (this.#files.has(folder)) throw this.#problem(folder, 'a directory', archive)
    }
  }

  #problem(name: string, kind: string, archive: string): InputError {
    return new InputError(
      `${archive}: ${printable(name)} is ${kind} in the archive and conflicts with the new entries; use another path: --sidecar FILE=PATH`,
    )
  }
}

function firstPart(name: string): string {
  const slash = name.indexOf('/')
  return slash < 0 ? name : name.slice(0, slash)
}

/** The directories of a path: for `a/b/c`, `a` and `a/b`. */
function foldersOf(name: string): readonly string[] {
  const folders: string[] = []
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    folders.push(name.slice(0, slash))
  }
  return folders
}

/** The bytes of a name as a string for messages, without control characters. */
function printable(name: string): string {
  return Buffer.from(name, 'latin1')
    .toString()
    .replaceAll(/\p{Cc}/gu, '?')
}
