/** The safe way: appends to a copy of the jar beside the target, and renames it when it is complete. */
import { constants, renameSync, rmSync, type Stats, statSync } from 'node:fs'
import { chmod, chown, copyFile, type FileHandle, open, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { InputError } from '../../problems/problems.ts'
import { readArchiveEnd } from './archive-end.ts'
import { writeEntries } from './archive-writer.ts'
import { type Change, type Changed, directoryOf } from './change.ts'
import { directoryPosition, writeDirectory } from './directory-writer.ts'
import { runningProcess, syncFolder } from './side-file.ts'

/** Interval of the progress check, milliseconds. */
const LOOK = 200

/** @param target path of the result: absolute, links resolved; it may be the jar itself */
export async function replaceJar(change: Change, target: string): Promise<Changed> {
  const { jar, source, end, additions, begun, signals } = change
  const before = await source.stat()
  await removeForgottenCopies(target)
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.bundle`)
  const release = signals.on((signal) => {
    rmSync(temporary, { force: true })
    signals.end(signal)
  })
  let file: FileHandle | undefined
  const copying = copyJar(jar, temporary, end.fileSize, change.onBytes).then(async () => {
    await chmod(temporary, (before.mode & 0o777) | 0o600)
    file = await open(temporary, 'r+')
    await file.truncate(end.start)
    return file
  })
  try {
    const written = await writeEntries(copying, end.start, end.shift, additions, begun, change.onBytes)
    const copy = await copying
    refuseIfChanged(change, before)
    const position = await directoryPosition(copy, written.position, end)
    const length = await writeDirectory(copy, position, directoryOf(change, written.records))
    await copy.truncate(length)
    await readArchiveEnd(copy, length, change.name)
    await keepOwner(temporary, before)
    await chmod(temporary, before.mode & 0o777)
    await copy.sync()
    await copy.close()
    file = undefined
    // fsync takes long. Checking and renaming follow each other at once, so that the later of two runs sees the other's jar.
    if (target === jar) refuseIfChanged(change, before)
    renameSync(temporary, target)
    await syncFolder(dirname(target))
    return { ...written, length }
  } catch (error) {
    await copying.catch(() => {})
    await file?.close()
    await rm(temporary, { force: true })
    throw error
  } finally {
    release()
  }
}

/** The kernel copies, with a reflink if the file system supports it. The length of the copy shows the progress. */
async function copyJar(
  jar: string,
  copy: string,
  length: number,
  onBytes: (bytes: number) => void,
): Promise<void> {
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

function refuseIfChanged({ jar, name, end }: Change, before: Stats): void {
  const now = statSync(jar)
  if (now.size !== end.fileSize || now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) {
    throw new InputError(`${name} was changed while bundle copied it; run bundle again`)
  }
}

/** Only root can keep the owner; for other users, the copy is theirs, as with every tool that replaces a file. */
async function keepOwner(path: string, { uid, gid }: Stats): Promise<void> {
  if (process.platform !== 'win32') await chown(path, uid, gid).catch(() => {})
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
