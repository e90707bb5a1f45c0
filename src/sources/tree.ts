/** Lists the files of a directory without following links; sorted, so that later steps are deterministic. */
import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { FileIdentity } from '../system/checked-file.ts'
import { kindName } from '../system/foreign-file.ts'

/** `path` is relative to the listed folder, with `/`. */
export type TreeEntry =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly mode: number
      readonly size: number
      /** To check later that it is still the same file. */
      readonly identity: FileIdentity
    }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'special'; readonly path: string; readonly what: string }

/** Every entry below a directory, each directory before its entries. @throws the system's error for unreadable ones */
export function listTree(root: string): readonly TreeEntry[] {
  const entries: TreeEntry[] = []
  const visit = (relative: string): void => {
    for (const name of readdirSync(join(root, relative)).sort()) {
      const path = relative === '' ? name : `${relative}/${name}`
      const entry = treeEntry(root, path)
      entries.push(entry)
      if (entry.kind === 'folder') visit(path)
    }
  }
  visit('')
  return entries
}

/** One entry; `path` relative to `root`. */
function treeEntry(root: string, path: string): TreeEntry {
  const stats = lstatSync(join(root, path))
  if (stats.isSymbolicLink()) return { kind: 'link', path, target: readlinkSync(join(root, path)) }
  if (stats.isDirectory()) return { kind: 'folder', path }
  if (!stats.isFile()) return { kind: 'special', path, what: kindName(stats) }
  return fileEntry(path, stats)
}

/** A regular file. */
export function fileEntry(path: string, stats: Stats): Extract<TreeEntry, { kind: 'file' }> {
  const { dev, ino, mode, size } = stats
  return { kind: 'file', path, mode: mode & 0o777, size, identity: { dev, ino } }
}
