/**
 * The fast way for big jars: everything new goes behind the old end, and nothing of the old jar is overwritten, so that
 * cutting the file at its old length restores it at any moment (side-file.ts), and after a finished run as well
 * (undo-record.ts). Until the new end record stands no reader takes the file for an archive.
 */
import { dirname } from 'node:path'
import { InputError } from '../../config/problems.ts'
import { readArchiveEnd } from './archive-end.ts'
import { writeEntries } from './archive-writer.ts'
import { directoryLength, directoryPosition, writeDirectory } from './directory-writer.ts'
import { writeAll } from './positioned-io.ts'
import type { Change, Changed } from './replace-jar.ts'
import { removeSideFile, restore, syncFolder, writeSideFile } from './side-file.ts'
import { tailDigest } from './tail.ts'
import { UNDO_RECORD_SIZE, undoRecord } from './undo-record.ts'

/** `change.source` is open for reading and writing. */
export async function appendInPlace(change: Change): Promise<Changed> {
  const { jar, source: file, end, additions, begun, signals } = change
  const oldLength = end.fileSize
  const oldTail = await tailDigest(file, oldLength)
  await writeSideFile(jar, oldLength, oldTail)
  let endedBy: NodeJS.Signals | undefined
  const release = signals.on((signal) => {
    endedBy = signal
  })
  const onBytes = (bytes: number) => {
    if (endedBy) throw new InputError(`interrupted by ${endedBy}: ${change.name} is as it was`)
    change.onBytes(bytes)
  }
  try {
    if ((await file.stat()).size !== oldLength) {
      throw new InputError(`${change.name} changed meanwhile; run it again when it is whole`)
    }
    const written = await writeEntries(Promise.resolve(file), oldLength, end.shift, additions, begun, onBytes)
    // What a file that did not shrink left behind its stored form must not be taken for a directory.
    await file.truncate(written.position)
    const position = await directoryPosition(file, written.position + UNDO_RECORD_SIZE, end)
    const directory = { ...change, added: written.records }
    const length = position + directoryLength(directory, position)
    await writeAll(file, undoRecord(oldLength, length, oldTail), position - UNDO_RECORD_SIZE)
    await writeDirectory(file, position, directory)
    await readArchiveEnd(file, length, change.name)
    await file.sync()
    await removeSideFile(jar)
    await syncFolder(dirname(jar))
    return { ...written, length }
  } catch (error) {
    await restore(jar, file, { oldLength })
    throw error
  } finally {
    release()
    if (endedBy) signals.end(endedBy)
  }
}
