/** The change of an archive, for both ways of writing it. */
import type { FileHandle } from 'node:fs/promises'
import type { Addition } from './addition.ts'
import type { ArchiveEnd } from './archive-end.ts'
import type { BegunAddition, WrittenEntries } from './archive-writer.ts'
import type { HeaderChange, WrittenDirectory } from './directory-writer.ts'
import type { Signals } from './interruption.ts'
import { centralHeader, type EntryRecord } from './zip-records.ts'

/** An archive and its planned change. */
export interface Change {
  /** Absolute, links resolved. */
  readonly jar: string
  /** As the user wrote it. */
  readonly name: string
  readonly source: FileHandle
  readonly end: ArchiveEnd
  readonly entries: number
  /** Changes of central headers of old entries, in file order. */
  readonly headers: readonly HeaderChange[]
  readonly additions: readonly Addition[]
  readonly begun: BegunAddition | undefined
  /** Gets the number of bytes processed since the last call: copied from the jar, or read from the additions. */
  readonly onBytes: (bytes: number) => void
  readonly signals: Signals
}

export interface Changed extends WrittenEntries {
  /** Bytes of the new archive. */
  readonly length: number
}

/** The new central directory of a changed archive. */
export function directoryOf(change: Change, records: readonly EntryRecord[]): WrittenDirectory {
  const { source, end, entries, headers } = change
  return { source, end, entries, headers, added: records.map(centralHeader) }
}
