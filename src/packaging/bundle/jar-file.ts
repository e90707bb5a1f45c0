/** Opens the jar, restores it after an interrupted run, and finds the path of the result. */
import { constants, type Stats } from 'node:fs'
import { access, type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { InputError } from '../../problems/problems.ts'
import { kindName } from '../../system/foreign-file.ts'
import { refuseOtherContent } from '../../system/output-file.ts'
import type { BundleRequest } from './request.ts'
import { findInterrupted, restore } from './side-file.ts'

type Wanted = Pick<BundleRequest, 'jar' | 'out' | 'inPlace' | 'dryRun'>

export interface JarFile {
  /** Absolute, links resolved. */
  readonly path: string
  /** As the user wrote it. */
  readonly name: string
  /** Open for writing as well if the run is in place. */
  readonly file: FileHandle
  /** Its length in bytes, without the leftovers of an interrupted run (which a dry run does not remove). */
  readonly length: number
  /** With the leftovers. */
  readonly lengthBefore: number
  readonly isInterrupted: boolean
  readonly restoredTo?: number
}

/** @throws InputError when the jar is missing, not a regular file, or not writable */
export async function openJar(wanted: Wanted, cwd: string): Promise<JarFile> {
  const { jar: name, inPlace, dryRun } = wanted
  const { path, info } = await existingFile(name, cwd)
  if (wanted.out === undefined) refuseReadOnly(info, name)
  try {
    const file = await open(path, inPlace && !dryRun ? 'r+' : 'r')
    try {
      const interrupted = await findInterrupted(path, file)
      if (interrupted && !dryRun) await cutBack(path, interrupted)
      const restoredTo = interrupted?.oldLength
      return {
        path,
        name,
        file,
        length: restoredTo ?? info.size,
        lengthBefore: info.size,
        isInterrupted: interrupted !== undefined,
        ...(restoredTo !== undefined && { restoredTo }),
      }
    } catch (error) {
      await file.close()
      throw error
    }
  } catch (error) {
    throw readable(error, name)
  }
}

/** Path of the result: absolute, links resolved, so that a link to a jar is kept. */
export async function outputFile(wanted: Wanted, jar: JarFile, cwd: string): Promise<string> {
  if (wanted.out === undefined) return jar.path
  const out = resolve(cwd, wanted.out)
  const info = await stat(out).catch(() => undefined)
  if (info?.isDirectory()) throw new InputError(`-o ${wanted.out} is a directory; use a file name`)
  if (info && !info.isFile()) throw new InputError(`${wanted.out} is ${kindName(info)}, expected a file`)
  if (info) {
    refuseReadOnly(info, wanted.out)
    refuseOtherContent('-o', out, 'a zip archive', wanted.out)
    return realpath(out)
  }
  if (wanted.out.endsWith('/') || wanted.out.endsWith(sep)) {
    throw new InputError(`-o ${wanted.out}: directory ${wanted.out.slice(0, -1)} not found`)
  }
  const folder = await stat(dirname(out)).catch(() => undefined)
  if (!folder?.isDirectory())
    throw new InputError(`-o ${wanted.out}: directory ${dirname(wanted.out)} not found`)
  return join(await realpath(dirname(out)), out.slice(dirname(out).length))
}

/** Turns a system error into a message for the user; returns other errors unchanged. */
export function readable(error: unknown, name: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const untouched = 'nothing was changed'
  if (code === 'ENOENT') return new InputError(`${name} does not exist`)
  if (code === 'EISDIR') return new InputError(`${name} is a directory`)
  if (code === 'EACCES' || code === 'EPERM') {
    return new InputError(`${name}: permission denied; ${untouched}`)
  }
  if (code === 'EROFS') return new InputError(`${name}: the file system is read-only; ${untouched}`)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new InputError(`${name}: no space left on the disk; ${untouched}`)
  }
  if (code === 'EFBIG') return new InputError(`${name}: the file would exceed the size limit; ${untouched}`)
  return error
}

async function cutBack(path: string, interrupted: { readonly oldLength?: number }): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await restore(path, file, interrupted)
  } finally {
    await file.close()
  }
}

/** @throws InputError unless it is a readable regular file */
async function existingFile(name: string, cwd: string): Promise<{ path: string; info: Stats }> {
  try {
    const path = await realpath(resolve(cwd, name))
    const info = await stat(path)
    if (info.isDirectory()) {
      throw new InputError(`${name} is a directory, expected a jar, war or zip; push a directory as it is`)
    }
    if (!info.isFile()) throw new InputError(`${name} is ${kindName(info)}, expected a file`)
    await access(path, constants.R_OK)
    return { path, info }
  } catch (error) {
    throw readable(error, name)
  }
}

/** Checks the mode, because root may write to any file. */
function refuseReadOnly(info: Stats, name: string): void {
  if ((info.mode & 0o222) === 0) {
    throw new InputError(`${name} is read-only; run chmod u+w ${name}, or write another file with -o`)
  }
}
