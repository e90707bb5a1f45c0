/** Reads an archive's central directory once: checks it, and finds the kind of archive and the requested entries. */
import { InputError } from '../../problems/problems.ts'
import { printable, refuseOutside } from '../../zip/entry-name.ts'
import { FLAG_ENCRYPTED, FLAG_MASKED_DIRECTORY } from '../../zip/records.ts'
import type { Archive } from './archive.ts'
import { type OldEntry, visitEntries } from './archive-entries.ts'
import { checkExtents, extentOf } from './entry-extents.ts'

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
export function surveyArchive(archive: Archive, wanted: Iterable<string>, added: readonly string[]): Survey {
  const { name } = archive
  const found = new Map<string, OldEntry[]>()
  const byName = new Map([...wanted].map((path) => [Buffer.from(path).toString('latin1'), path]))
  const refuseConflict = conflictCheck(added, name)
  const extents: ReturnType<typeof extentOf>[] = []
  const kind = { isSpringBoot: false, isWar: false, isSigned: false }
  const entries = visitEntries(archive, (entry) => {
    extents.push(extentOf(archive, entry))
    if ((entry.flags & (FLAG_ENCRYPTED | FLAG_MASKED_DIRECTORY)) !== 0) {
      throw new InputError(`${name} is encrypted (${printable(entry.name)}), which cf push cannot read`)
    }
    refuseOutside(entry.name, name)
    refuseConflict(entry.name)
    if (entry.name.startsWith('BOOT-INF/')) kind.isSpringBoot = true
    else if (entry.name.startsWith('WEB-INF/')) kind.isWar = true
    else if (/^META-INF\/[^/]+\.(?:RSA|DSA|EC)$/i.test(entry.name)) kind.isSigned = true
    const path = byName.get(entry.name)
    if (path === undefined) return
    found.set(path, [...(found.get(path) ?? []), entry])
  })
  checkExtents(archive, extents)
  return { entries, found, ...kind }
}

/**
 * Finds files where a new path needs a directory, and vice versa: they cannot be unpacked together.
 * @param added paths of the new entries
 * @returns a check of the names of old entries; it throws InputError
 */
function conflictCheck(added: readonly string[], archive: string): (entry: string) => void {
  const names = added.map((path) => Buffer.from(path).toString('latin1'))
  const files = new Set(names.filter((name) => !name.endsWith('/')))
  const folders = new Set(names.flatMap(foldersOf))
  const conflict = (name: string, kind: string) =>
    new InputError(
      `${archive}: ${printable(name)} is ${kind} in the archive and conflicts with the new entries; use another path: --sidecar FILE=PATH`,
    )
  return (entry) => {
    if (folders.has(entry)) throw conflict(entry, 'a file')
    const folder = foldersOf(entry).find((each) => files.has(each))
    if (folder !== undefined) throw conflict(folder, 'a directory')
  }
}

/** The directories of a path: for `a/b/c`, `a` and `a/b`. */
function foldersOf(name: string): readonly string[] {
  const folders: string[] = []
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    folders.push(name.slice(0, slash))
  }
  return folders
}
