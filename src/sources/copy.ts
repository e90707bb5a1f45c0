/** Copies checked files into the droplet with the kernel's copy calls, and sets their modes. */
import { chmodSync, closeSync, copyFile, copyFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describeMebibytes } from '../system/byte-size.ts'
import { NEW_FILE, openChecked, pathOfOpenFile } from '../system/checked-file.ts'
import { readBytes } from '../system/foreign-file.ts'
import { sideBySide } from '../system/side-by-side.ts'
import { makeFolder, writeFailure } from '../system/write-failure.ts'
import { isProgramHead, PROGRAM_HEAD } from './executability/inspect.ts'
import type { PlacedExecutable, PlacedSource } from './source.ts'
import type { TreeEntry } from './tree.ts'

interface Copy {
  /** Directory of the entries. */
  readonly root: string
  /** Real path of the directory that must contain every file. */
  readonly within: string
  readonly entries: readonly TreeEntry[]
  /** The directory to fill. It is cleared first, so that a killed staging can be repeated. */
  readonly into: string
  /** The file to run, if it is known; it becomes executable. */
  readonly executable?: PlacedExecutable
}

const PROGRAM_MODE = 0o755
/** Messages name the size of files from this size on, in bytes. */
const BIG = 100_000
/** Files from this size on, in bytes, are copied in parallel, which on two cores takes little more than half the time. */
const LARGE = 8 * 1024 * 1024

/** @throws Error with a sentence for the user when the droplet cannot be written */
export async function copyTree({ root, within, entries, into, executable }: Copy): Promise<PlacedSource> {
  let bytes = 0
  const files: string[] = []
  const large: FileEntry[] = []
  let current: TreeEntry | undefined
  try {
    rmSync(into, { recursive: true, force: true })
    makeFolder(into)
    for (const entry of entries) {
      current = entry
      if (isLarge(entry)) large.push(entry)
      else bytes += copyEntry(entry, { root, within, into }, entry.path === executable?.file)
      if (entry.kind !== 'folder') files.push(entry.path)
    }
  } catch (thrown) {
    throw describeFailure(thrown, current)
  }
  const sizes = sideBySide(large, (each) =>
    copyLarge(each, { root, within, into }, each.path === executable?.file),
  )
  for await (const size of sizes) bytes += size
  return { files, bytes, ...(executable && { executable }) }
}

type Places = Pick<Copy, 'root' | 'within' | 'into'>
type FileEntry = Extract<TreeEntry, { kind: 'file' }>

function isLarge(entry: TreeEntry): entry is FileEntry {
  return entry.kind === 'file' && entry.size >= LARGE
}

/** @returns the file's size */
async function copyLarge(entry: FileEntry, places: Places, isExecutable: boolean): Promise<number> {
  try {
    const { from, to, fd } = openBoth(entry, places)
    try {
      await promisify(copyFile)(from, to, NEW_FILE)
      chmodSync(to, modeOf(entry, isExecutable, fd))
      return entry.size
    } finally {
      closeSync(fd)
    }
  } catch (thrown) {
    throw describeFailure(thrown, entry)
  }
}

/** Opens the file that was checked. @returns its descriptor, the name to copy from, and the path to copy to */
function openBoth(entry: FileEntry, { root, within, into }: Places) {
  const path = join(root, entry.path)
  const fd = openChecked(path, entry.identity, within)
  return { fd, from: pathOfOpenFile(fd, path), to: join(into, entry.path) }
}

/** @returns the bytes of a file */
function copyEntry(entry: TreeEntry, places: Places, isExecutable: boolean): number {
  if (entry.kind === 'folder') makeFolder(join(places.into, entry.path))
  else if (entry.kind === 'link') symlinkSync(entry.target, join(places.into, entry.path))
  else if (entry.kind === 'file') {
    const { from, to, fd } = openBoth(entry, places)
    try {
      copyFileSync(from, to, NEW_FILE)
      chmodSync(to, modeOf(entry, isExecutable, fd))
    } finally {
      closeSync(fd)
    }
  }
  return entry.kind === 'file' ? entry.size : 0
}

/**
 * The mode in the droplet, independent of the umask: 0755 for a file with any executable bit, and for a program that
 * lost its bit in a zip or on Windows; else its own mode without set-id bits, readable by its owner.
 */
function modeOf({ mode, path }: FileEntry, isExecutable: boolean, fd: number): number {
  if (isExecutable || (mode & 0o111) !== 0) return PROGRAM_MODE
  return isProgramHead(readBytes(fd, 0, PROGRAM_HEAD), path) ? PROGRAM_MODE : (mode & 0o777) | 0o400
}

/** The error message for a failed copy. */
function describeFailure(thrown: unknown, entry: TreeEntry | undefined): Error {
  const size = entry?.kind === 'file' && entry.size >= BIG ? ` (${describeMebibytes(entry.size)})` : ''
  const what = entry
    ? `cannot copy ${JSON.stringify(entry.path)}${size} into the droplet`
    : 'cannot write the droplet'
  return new Error(`${what}: ${writeFailure(thrown)}`, { cause: thrown })
}
