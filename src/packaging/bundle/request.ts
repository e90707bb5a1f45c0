/** What `bundle` is asked, needs of the world, and tells. */
import type { Problem } from '../../config/problems.ts'
import type { OwnBuildpack } from './config-check.ts'
import type { Signals } from './interruption.ts'

export interface BundleRequest {
  /** As the user named it, like all paths here: relative to `cwd`. */
  readonly jar: string
  /** `FILE` or `FILE=PATH` each. */
  readonly sidecars: readonly string[]
  readonly config?: string
  readonly out?: string
  readonly inPlace: boolean
  readonly replace: boolean
  readonly dryRun: boolean
}

export interface BundleWorld {
  readonly cwd: string
  readonly buildpack: OwnBuildpack
  readonly clock: () => Date
  readonly signals: Signals
  /** `done` of `total` bytes: copied of the jar (none in place), and read of the new entries. */
  readonly onProgress: (done: number, total: number) => void
}

export interface BundledEntry {
  readonly path: string
  readonly bytes: number
  /** Absent in a dry run. */
  readonly compressedBytes?: number
  /** Permissions: 0o755 or 0o644. */
  readonly mode: number
}

export interface BundleResult {
  /** What was, or would be, written. */
  readonly out: string
  readonly added: readonly BundledEntry[]
  /** Paths of old entries that are left out, because one of `added` takes their place. */
  readonly replaced: readonly string[]
  /** Paths that were there already, with the same content. */
  readonly unchanged: readonly string[]
  /** Those of `unchanged` that could not be executed and now can: their mode alone was changed. */
  readonly madeExecutable: readonly string[]
  readonly config: { readonly path: string; readonly made: boolean }
  readonly bytesBefore: number
  /** Absent in a dry run. */
  readonly bytesAfter?: number
  /** The length that the jar was cut back to first, because a run before was interrupted. */
  readonly restoredTo?: number
  readonly warnings: readonly Problem[]
}
