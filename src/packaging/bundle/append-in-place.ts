/**
 * The fast way for large jars: new data is appended, and nothing of the old jar is overwritten. Truncating the file to
 * its old length restores it at any moment (side-file.ts), and after a finished run as well (undo.ts). Until the
 * new end record is written, readers reject the file.
 */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../../problems/problems.ts'
import { endBySignal, onEndingSignal } from '../../system/interrupted.ts'
import { readArchiveEnd } from './archive.ts'
import { directoryPosition, writeDirectory } from './directory-writer.ts'
import { type OnBytes, type WrittenEntries, writeEntries } from './entry-writer.ts'
import type { Change } from './plan.ts'
import { writeAll } from './positioned-io.ts'
import { removeSideFile, restore, syncFolder, tailDigest, writeSideFile } from './side-file.ts'
import { UNDO_RECORD_SIZE, undoRecord } from './undo.ts'

/**
 * @param jar its path: absolute, links resolved; the archive's file is open for reading and writing
 * @returns the new entries, and the offset behind the archive
 * @throws InputError when a signal interrupts it, or when another program changes the jar; the jar is as before then
 */
export async function appendInPlace(jar: string, change: Change, onBytes: OnBytes): Promise<WrittenEntries> {
  const { file, name, length: oldLength } = change.archive
  const oldTail = tailDigest(file, oldLength)
  let endedBy: NodeJS.Signals | undefined
  const release = onEndingSignal((signal) => {
    endedBy = signal
  })
  const orInterrupted = (bytes: number) => {
    if (endedBy) throw new InputError(`interrupted by ${endedBy}; ${name} is unchanged`)
    onBytes(bytes)
  }
  try {
    await writeSideFile(jar, oldLength, oldTail)
    if ((await file.stat()).size !== oldLength) {
      await removeSideFile(jar)
      throw changedMeanwhile(name)
    }
    return await append(jar, change, oldTail, orInterrupted).catch(async (error) => {
      await restore(jar, file, { oldLength })
      throw error
    })
  } finally {
    release()
    if (endedBy) endBySignal(endedBy)
  }
}

async function append(
  jar: string,
  change: Change,
  oldTail: Buffer,
  onBytes: OnBytes,
): Promise<WrittenEntries> {
  const { archive, additions } = change
  const { file, name, length: oldLength } = archive
  const written = await writeEntries(file, oldLength, archive.shift, additions, onBytes)
  // Leftover compressed bytes of a file that is stored instead must not look like a directory.
  await file.truncate(written.position)
  const position = directoryPosition(file, written.position + UNDO_RECORD_SIZE, archive)
  const length = await writeDirectory(file, position, change, written.records)
  await writeAll(file, undoRecord(oldLength, length, oldTail), position - UNDO_RECORD_SIZE)
  readArchiveEnd(file, length, name)
  await file.sync()
  // Another run may have replaced the jar meanwhile, so that the open file is no longer the jar.
  const [mine, now] = [await file.stat(), await stat(jar).catch(() => undefined)]
  if (now?.ino !== mine.ino || now.dev !== mine.dev) throw changedMeanwhile(name)
  await removeSideFile(jar)
  await syncFolder(dirname(jar))
  return { records: written.records, position: length }
}

function changedMeanwhile(name: string): InputError {
  return new InputError(`${name} was changed by another program; run bundle again`)
}
