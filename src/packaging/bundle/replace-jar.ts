/** The safe way: appends to a copy of the jar beside the target, and renames it when it is complete. */
import { constants, existsSync, renameSync, type Stats, statSync } from 'node:fs'
import { chmod, copyFile, open, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { InputError } from '../../problems/problems.ts'
import { removeWhenInterrupted } from '../../system/interrupted.ts'
import { runningProcess } from '../../system/running-process.ts'
import { type Archive, readArchiveEnd } from './archive.ts'
import { directoryPosition, writeDirectory } from './directory-writer.ts'
import { type OnBytes, type WrittenEntries, writeEntries } from './entry-writer.ts'
import type { Change } from './plan.ts'
import { syncFolder } from './side-file.ts'

/** Interval of the progress check, milliseconds. */
const LOOK = 200

/**
 * @param jar its path: absolute, links resolved
 * @param target path of the result, likewise; it may be the jar itself
 * @returns the new entries, and the offset behind the archive
 * @throws InputError when another program changes the jar or an addition; the target is as before then
 */
export async function replaceJar(
  jar: string,
  target: string,
  change: Change,
  onBytes: OnBytes,
): Promise<WrittenEntries> {
  const before = await change.archive.file.stat()
  await removeForgottenCopies(target)
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.bundle`)
  const release = removeWhenInterrupted(temporary)
  try {
    await copyJar(jar, temporary, change.archive.length, onBytes)
    await chmod(temporary, (before.mode & 0o777) | 0o600)
    const replaces = existsSync(target)
    const written = await appendToCopy(temporary, jar, before, change, onBytes, replaces)
    // fsync takes long. Checking and renaming follow each other at once, so that the later of two runs sees the other's jar.
    if (target === jar) refuseIfChanged(jar, change.archive, before)
    renameSync(temporary, target)
    if (replaces) await syncFolder(dirname(target))
    return written
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    release()
  }
}

/** @param toDisk whether the copy must be on the disk when it takes the place of another file: a new file loses nothing */
async function appendToCopy(
  path: string,
  jar: string,
  before: Stats,
  change: Change,
  onBytes: OnBytes,
  toDisk: boolean,
): Promise<WrittenEntries> {
  const { archive, additions } = change
  const copy = await open(path, 'r+')
  try {
    await copy.truncate(archive.start)
    const written = await writeEntries(copy, archive.start, archive.shift, additions, onBytes)
    refuseIfChanged(jar, archive, before)
    const position = directoryPosition(copy, written.position, archive)
    const length = await writeDirectory(copy, position, change, written.records)
    await copy.truncate(length)
    readArchiveEnd(copy, length, archive.name)
    // Only root can keep the owner; for other users, the copy is theirs, as with every tool that replaces a file.
    if (process.platform !== 'win32') await copy.chown(before.uid, before.gid).catch(() => {})
    await copy.chmod(before.mode & 0o777)
    if (toDisk) await copy.sync()
    return { records: written.records, position: length }
  } finally {
    await copy.close()
  }
}

/** The kernel copies, with a reflink if the file system supports it. The length of the copy shows the progress. */
async function copyJar(jar: string, copy: string, length: number, onBytes: OnBytes): Promise<void> {
  const copying = copyFile(jar, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  let copied = 0
  try {
    while ((await Promise.race([copying, delay(LOOK, 'at work', { ref: false })])) === 'at work') {
      const now = await stat(copy).catch(() => ({ size: copied }))
      onBytes(now.size - copied)
      copied = now.size
    }
    onBytes(length - copied)
  } finally {
    await copying
  }
}

function refuseIfChanged(jar: string, { name, length }: Archive, before: Stats): void {
  const now = statSync(jar)
  if (now.size !== length || now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) {
    throw new InputError(`${name} was changed while bundle copied it; run bundle again`)
  }
}

/** Removes copies of killed runs, each up to the size of the jar. */
async function removeForgottenCopies(target: string): Promise<void> {
  const prefix = `.${basename(target)}.`
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix) || !name.endsWith('.bundle')) continue
    const pid = name.slice(prefix.length, -'.bundle'.length)
    if (/^\d+$/.test(pid) && runningProcess(Number(pid)) === undefined)
      await rm(join(dirname(target), name), { force: true }).catch(() => {})
  }
}
