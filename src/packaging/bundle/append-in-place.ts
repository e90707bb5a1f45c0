/**
 * The fast way for large jars: new data is appended, and nothing of the old jar is overwritten. Truncating the file to
 * its old length restores it at any moment (side-file.ts), and after a finished run as well (undo-record.ts). Until the
 * new end record is written, readers reject the file.
 */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../../problems/problems.ts'
import { readArchiveEnd } from './archive-end.ts'
import { writeEntries } from './archive-writer.ts'
import { type Change, type Changed, directoryOf } from './change.ts'
import { directoryLength, directoryPosition, writeDirectory } from './directory-writer.ts'
import { writeAll } from './positioned-io.ts'
import { removeSideFile, restore, syncFolder, writeSideFile } from './side-file.ts'
import { tailDigest } from './tail.ts'
import { UNDO_RECORD_SIZE, undoRecord } from './undo-record.ts'

/** `change.source` is open for reading and writing. */
export async function appendInPlace(change: Change): Promise<Changed> {
  const { jar, source: file, signals } = change
  const oldLength = change.end.fileSize
  const oldTail = await tailDigest(file, oldLength)
  let endedBy: NodeJS.Signals | undefined
  const release = signals.on((signal) => {
    endedBy = signal
  })
  const onBytes = (bytes: number) => {
    if (endedBy) throw new InputError(`interrupted by ${endedBy}; ${change.name} is unchanged`)
    change.onBytes(bytes)
  }
  try {
    await writeSideFile(jar, oldLength, oldTail)
    if ((await file.stat()).size !== oldLength) {
      await removeSideFile(jar)
      throw changedMeanwhile(change)
    }
    return await append({ ...change, onBytes }, oldTail).catch(async (error) => {
      await restore(jar, file, { oldLength })
      throw error
    })
  } finally {
    release()
    if (endedBy) signals.end(endedBy)
  }
}

async function append(change: Change, oldTail: Buffer): Promise<Changed> {
  const { jar, source: file, end, additions, begun, onBytes } = change
  const oldLength = end.fileSize
  const written = await writeEntries(Promise.resolve(file), oldLength, end.shift, additions, begun, onBytes)
  // Leftover compressed bytes of a file that is stored instead must not look like a directory.
  await file.truncate(written.position)
  const position = await directoryPosition(file, written.position + UNDO_RECORD_SIZE, end)
  const directory = directoryOf(change, written.records)
  const length = position + directoryLength(directory, position)
  await writeAll(file, undoRecord(oldLength, length, oldTail), position - UNDO_RECORD_SIZE)
  await writeDirectory(file, position, directory)
  await readArchiveEnd(file, length, change.name)
  await file.sync()
  await refuseIfReplaced(change)
  await removeSideFile(jar)
  await syncFolder(dirname(jar))
  return { ...written, length }
}

/** Another run may have replaced the jar meanwhile, so that the open file is no longer the jar. */
async function refuseIfReplaced(change: Change): Promise<void> {
  const mine = await change.source.stat()
  const now = await stat(change.jar).catch(() => undefined)
  if (now?.ino !== mine.ino || now.dev !== mine.dev) throw changedMeanwhile(change)
}

function changedMeanwhile({ name }: Change): InputError {
  return new InputError(`${name} was changed by another program; run bundle again`)
}
