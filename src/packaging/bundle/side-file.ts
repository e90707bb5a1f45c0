/**
 * The file beside a jar that is being appended to in place, `<jar>.bundling`: how long the jar was, and what its end
 * looked like. It stands on the disk before the first byte is appended and goes when the new end record is on the disk.
 * Who finds one: either its run is still at work, or it was interrupted and the jar is to be cut back.
 */
import { lstatSync, readFileSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../../config/problems.ts'
import { MOST, readForeignFile } from '../../system/foreign-file.ts'
import { tailDigest } from './tail.ts'

export function sideFilePath(jar: string): string {
  return `${jar}.bundling`
}

interface SideFile {
  readonly note: string
  /** Of the old jar, bytes. */
  readonly length: number
  /** Hex digest of its tail. */
  readonly tail: string
  /** Who works on it: process id and, where known, its start time. */
  readonly process: string
}

/** @throws InputError when there is one already */
export async function writeSideFile(jar: string, length: number, tail: Buffer): Promise<void> {
  const content: SideFile = {
    note: 'The jar beside this file is being changed by "sidecar-buildpack bundle --in-place". If that was interrupted, run it again, or with --undo: the jar is cut back to this length.',
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

export interface Interrupted {
  /** The jar's length before the interrupted run; undefined when it has been written anew since, or was never touched. */
  readonly oldLength?: number
}

/**
 * What an interrupted run left beside the jar; undefined when there was none.
 * @param file the jar
 * @throws InputError when that run is still at work
 */
export async function findInterrupted(jar: string, file: FileHandle): Promise<Interrupted | undefined> {
  const told = readSideFile(sideFilePath(jar))
  if (told === undefined) return undefined
  // Not whole: interrupted before it was on the disk, so before anything was appended.
  if (told === 'damaged') return {}
  const pid = Number.parseInt(told.process, 10)
  if (pid !== process.pid && told.process !== '' && runningProcess(pid) === told.process) {
    throw new InputError(`${jar} is being changed by another bundle (process ${pid}); wait until it ends`)
  }
  const { size } = await file.stat()
  if (told.length > size) return {}
  const tail = await tailDigest(file, told.length)
  return tail.toString('hex') === told.tail ? { oldLength: told.length } : {}
}

/** Cuts the jar back and removes the side file, in this order. */
export async function restore(jar: string, file: FileHandle, interrupted: Interrupted): Promise<void> {
  if (interrupted.oldLength !== undefined) {
    await file.truncate(interrupted.oldLength)
    await file.sync()
  }
  await removeSideFile(jar)
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

/** A link, a pipe or a device of that name is not ours: it is removed like a side file that is not whole. */
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

/** `<pid>@<start time>` on Linux, where ids are used again after a restart of the machine; `<pid>` elsewhere. Undefined: it does not run. */
export function runningProcess(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return `${pid}@${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return `${pid}`
  }
}
