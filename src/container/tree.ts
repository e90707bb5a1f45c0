/**
 * A root file system made of mounts: each node is a new directory, a mount, or a link. This module plans it,
 * root-directory.ts writes it.
 */
import { lstatSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type Tree = TreeDirectory | Mounted | Link

export interface TreeDirectory {
  readonly kind: 'directory'
  readonly entries: Map<string, Tree>
}

/** A file or directory of the machine with its content, except at the paths in `over`. */
export interface Mounted {
  readonly kind: 'mounted'
  readonly source: string
  readonly writable: boolean
  /** Mounted over existing paths of the source. */
  readonly over: Map<string, Tree>
}

export interface Link {
  readonly kind: 'link'
  readonly target: string
}

export function directory(): TreeDirectory {
  return { kind: 'directory', entries: new Map() }
}

export function mounted(source: string, writable = false): Mounted {
  return { kind: 'mounted', source, writable, over: new Map() }
}

/** A new directory with a mount for each entry of `source`; symbolic links are copied. */
export function entriesOf(source: string): TreeDirectory {
  const made = directory()
  for (const { name } of readdirSync(source, { withFileTypes: true })) {
    const path = join(source, name)
    const stat = lstatSync(path)
    if (stat.isSymbolicLink()) made.entries.set(name, { kind: 'link', target: readlinkSync(path) })
    else if (stat.isFile() || stat.isDirectory()) made.entries.set(name, mounted(path))
  }
  return made
}

/**
 * Puts `what` at an absolute path. If a mount has no such path, a mount point is created: in the source of a writable
 * mount, which only the container uses; a read-only mount becomes a directory with the same entries and the new one.
 * Follows links inside the tree.
 */
export function place(tree: TreeDirectory, path: string, what: Tree): void {
  const names = path.split('/').filter(Boolean)
  const last = names.pop()
  if (last === undefined) throw new Error('the root cannot be replaced')
  placeBelow(tree, names, last, what)
}

function placeBelow(parent: TreeDirectory, names: readonly string[], last: string, what: Tree): void {
  let here = parent
  for (const [at, name] of names.entries()) {
    const rest = names.slice(at + 1)
    const next = here.entries.get(name) ?? directory()
    if (next.kind === 'link') {
      // Only links inside the same directory, like /bin -> usr/bin.
      const target = next.target.split('/').filter(Boolean)
      if (!next.target.startsWith('/') && !target.includes('..')) {
        placeBelow(here, [...target, ...rest], last, what)
        return
      }
    }
    if (next.kind === 'mounted') {
      const below = [...rest, last].join('/')
      if (next.writable) makeMountPoint(join(next.source, below), what)
      if (next.writable || exists(join(next.source, below))) {
        next.over.set(below, what)
        return
      }
      const opened = entriesOf(next.source)
      for (const [over, tree] of next.over) place(opened, over, tree)
      here.entries.set(name, opened)
      here = opened
      continue
    }
    const made = next.kind === 'directory' ? next : directory()
    here.entries.set(name, made)
    here = made
  }
  here.entries.set(last, what)
}

function makeMountPoint(path: string, what: Tree): void {
  mkdirSync(dirname(path), { recursive: true })
  if (exists(path)) return
  if (what.kind === 'mounted' && statSync(what.source).isFile()) writeFileSync(path, '')
  else mkdirSync(path)
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
