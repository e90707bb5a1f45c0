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
export async function copyTree(copy: Copy): Promise<PlacedSource> {
  const { entries, into, executable } = copy
  try {
    rmSync(into, { recursive: true, force: true })
    makeFolder(into)
  } catch (thrown) {
    throw new Error(`cannot write the droplet: ${writeFailure(thrown)}`, { cause: thrown })
  }
  let bytes = 0
  for (const entry of entries.filter((each) => !isLarge(each))) bytes += await copyEntry(entry, copy)
  for await (const size of sideBySide(entries.filter(isLarge), (each) => copyEntry(each, copy))) bytes += size
  const files = entries.filter(({ kind }) => kind !== 'folder').map(({ path }) => path)
  return { files, bytes, ...(executable && { executable }) }
}

type FileEntry = Extract<TreeEntry, { kind: 'file' }>

function isLarge(entry: TreeEntry): boolean {
  return entry.kind === 'file' && entry.size >= LARGE
}

/** @returns the bytes of a file */
async function copyEntry(entry: TreeEntry, copy: Copy): Promise<number> {
  const to = join(copy.into, entry.path)
  try {
    if (entry.kind === 'folder') makeFolder(to)
    else if (entry.kind === 'link') symlinkSync(entry.target, to)
    else if (entry.kind === 'file') return await copyFileEntry(entry, to, copy)
    return 0
  } catch (thrown) {
    const size = entry.kind === 'file' && entry.size >= BIG ? ` (${describeMebibytes(entry.size)})` : ''
    const what = `cannot copy ${JSON.stringify(entry.path)}${size} into the droplet`
    throw new Error(`${what}: ${writeFailure(thrown)}`, { cause: thrown })
  }
}

/** Opens the file that was checked. */
async function copyFileEntry(
  entry: FileEntry,
  to: string,
  { root, within, executable }: Copy,
): Promise<number> {
  const path = join(root, entry.path)
  const fd = openChecked(path, entry.identity, within)
  try {
    const from = pathOfOpenFile(fd, path)
    if (isLarge(entry)) await promisify(copyFile)(from, to, NEW_FILE)
    else copyFileSync(from, to, NEW_FILE)
    chmodSync(to, modeOf(entry, entry.path === executable?.file, fd))
    return entry.size
  } finally {
    closeSync(fd)
  }
}

/**
 * The mode in the droplet, independent of the umask: 0755 for a file with any executable bit, and for a program that
 * lost its bit in a zip or on Windows; else its own mode without set-id bits, readable by its owner.
 */
function modeOf({ mode, path }: FileEntry, isExecutable: boolean, fd: number): number {
  if (isExecutable || (mode & 0o111) !== 0) return PROGRAM_MODE
  return isProgramHead(readBytes(fd, 0, PROGRAM_HEAD), path) ? PROGRAM_MODE : (mode & 0o777) | 0o400
}
