/** The input and the result of `bundle`. */
import type { Problem } from '../../problems/problems.ts'
import type { OwnBuildpack } from './config-check.ts'

export interface BundleRequest {
  /** As the user wrote it; like all paths here relative to `cwd`. */
  readonly jar: string
  /** Each is `FILE` or `FILE=PATH`. */
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
  /** `done` of `total` bytes: copied from the jar (none in place), and read from the new entries. */
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
  /** Entries that were, or would be, written. */
  readonly out: string
  readonly added: readonly BundledEntry[]
  /** Paths of old entries that entries of `added` replace. */
  readonly replaced: readonly string[]
  /** Paths that existed already with the same content. */
  readonly unchanged: readonly string[]
  /** Those of `unchanged` that became executable: only their mode was changed. */
  readonly madeExecutable: readonly string[]
  readonly config: { readonly path: string; readonly made: boolean }
  readonly bytesBefore: number
  /** Absent in a dry run. */
  readonly bytesAfter?: number
  /** The length to which the jar was truncated first, because an earlier run was interrupted. */
  readonly restoredTo?: number
  readonly warnings: readonly Problem[]
}
