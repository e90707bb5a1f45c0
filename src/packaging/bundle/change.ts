/** What a run does to an archive, whichever way it is written. */
import type { FileHandle } from 'node:fs/promises'
import type { Addition } from './addition.ts'
import type { ArchiveEnd } from './archive-end.ts'
import type { BegunAddition, WrittenEntries } from './archive-writer.ts'
import type { Directory, HeaderChange } from './directory-writer.ts'
import type { Signals } from './interruption.ts'
import { centralHeader, type EntryRecord } from './zip-records.ts'

/** An archive that was looked at, and what is to become of it. */
export interface Change {
  /** Absolute, links resolved. */
  readonly jar: string
  /** As the user named it. */
  readonly name: string
  readonly source: FileHandle
  readonly end: ArchiveEnd
  readonly entries: number
  /** Of central headers of old entries, in the order of the file. */
  readonly headers: readonly HeaderChange[]
  readonly additions: readonly Addition[]
  readonly begun: BegunAddition | undefined
  /** Called with the number of bytes done since the last call: copied of the jar, or read of the additions. */
  readonly onBytes: (bytes: number) => void
  readonly signals: Signals
}

export interface Changed extends WrittenEntries {
  /** Bytes of the new archive. */
  readonly length: number
}

/** The new central directory of a changed archive. */
export function directoryOf(change: Change, records: readonly EntryRecord[]): Directory {
  const { source, end, entries, headers } = change
  return { source, end, entries, headers, added: records.map(centralHeader) }
}
