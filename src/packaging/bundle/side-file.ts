/**
 * The file beside a jar that is being changed in place, `<jar>.bundling`: the jar's length and a digest of its end. It is
 * on the disk before the first byte is appended, and is removed when the new end record is on the disk. If it exists,
 * either its run is still active, or it was interrupted and the jar must be truncated.
 */
import { createHash } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../../problems/problems.ts'
import { MOST, readBytes, readForeignFile } from '../../system/foreign-file.ts'
import { runningProcess } from '../../system/running-process.ts'
import { END_SEARCH } from '../../zip/records.ts'

export function sideFilePath(jar: string): string {
  return `${jar}.bundling`
}

interface SideFile {
  readonly note: string
  /** Length of the old jar in bytes. */
  readonly length: number
  /** Digest of its tail, hex digits. */
  readonly tail: string
  /** The process that changes it: its id and, if known, its start time. */
  readonly process: string
}

/** @throws InputError when the file exists already */
export async function writeSideFile(jar: string, length: number, tail: Buffer): Promise<void> {
  const content: SideFile = {
    note: 'The jar beside this file is being changed by "sidecar-buildpack bundle --in-place". If that was interrupted, run it again, or run it with --undo: the jar is truncated to this length.',
    length,
    tail: tail.toString('hex'),
    process: runningProcess(process.pid) ?? '',
  }
  const path = sideFilePath(jar)
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST'
      ? new InputError(`another bundle is changing this jar: ${path} exists`)
      : error
  })
  try {
    await file.writeFile(`${JSON.stringify(content, undefined, 2)}\n`)
    await file.sync()
    await syncFolder(dirname(path))
  } catch (error) {
    await removeSideFile(jar)
    throw error
  } finally {
    await file.close()
  }
}

export async function removeSideFile(jar: string): Promise<void> {
  await rm(sideFilePath(jar), { force: true })
}

interface Interrupted {
  /** The jar's length before the interrupted run; undefined if it was written since, or was not changed. */
  readonly oldLength?: number
}

/**
 * The side file of an interrupted run; undefined if there is none.
 * @param file the jar
 * @throws InputError when that run is still active
 */
export async function findInterrupted(jar: string, file: FileHandle): Promise<Interrupted | undefined> {
  const told = readSideFile(sideFilePath(jar))
  if (told === undefined) return undefined
  // Incomplete: the run was interrupted before anything was appended.
  if (told === 'damaged') return {}
  const pid = Number.parseInt(told.process, 10)
  if (pid !== process.pid && told.process !== '' && runningProcess(pid) === told.process) {
    throw new InputError(`${jar} is being changed by another bundle (process ${pid}); wait until it ends`)
  }
  const { size } = await file.stat()
  if (told.length > size) return {}
  const tail = tailDigest(file, told.length)
  return tail.toString('hex') === told.tail ? { oldLength: told.length } : {}
}

/** Truncates the jar and then removes the side file. */
export async function restore(jar: string, file: FileHandle, interrupted: Interrupted): Promise<void> {
  if (interrupted.oldLength !== undefined) await truncate(file, interrupted.oldLength)
  await removeSideFile(jar)
}

export async function truncate(file: FileHandle, length: number): Promise<void> {
  await file.truncate(length)
  await file.sync()
}

/** Bytes. */
export const TAIL_DIGEST_SIZE = 32

/** Identifies a jar: SHA-256 of the last bytes (65,557 at most) of its `length`, which include its whole end record. */
export function tailDigest({ fd }: FileHandle, length: number): Buffer {
  const size = Math.min(length, END_SEARCH)
  return createHash('sha256')
    .update(readBytes(fd, length - size, size))
    .digest()
}

export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** A link, a pipe or a device of that name is removed like an incomplete side file. */
function readSideFile(path: string): SideFile | 'damaged' | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat) return undefined
  if (stat.isDirectory()) throw new InputError(`${path} is a directory; rename it`)
  if (!stat.isFile()) return 'damaged'
  return parse(readForeignFile(path, MOST.text, { noFollow: true }).toString()) ?? 'damaged'
}

function parse(text: string): SideFile | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { length, tail, process } = value as Partial<SideFile>
    const isWhole = Number.isSafeInteger(length) && typeof tail === 'string' && typeof process === 'string'
    return isWhole ? (value as SideFile) : undefined
  } catch {
    return undefined
  }
}
