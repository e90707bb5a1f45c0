import type { Sidecar } from '../config/sidecar.ts'

/** How a staged sidecar's process is started. Paths are relative to the sidecar's directory (`SIDECAR_HOME`). */
export type Start =
  /** The user's shell command, as Cloud Foundry runs a start command. */
  | { readonly kind: 'shell'; readonly command: string }
  /** The source's executable with the sidecar's `args`. */
  | { readonly kind: 'executable'; readonly file: string }
  /** A jar (or a war with a main) on the app's JVM binary. `jvmOptions` keep the process inside its memory. */
  | { readonly kind: 'jar'; readonly file: string; readonly jvmOptions: readonly string[] }

/** A sidecar whose files are in the droplet, or that has none. */
export interface StagedSidecar {
  readonly sidecar: Sidecar
  /** Safe, unique name of its directory and of its start script (droplet-paths.ts). */
  readonly folder: string
  readonly start: Start
  /** Whether its directory exists (there is a source). */
  readonly hasHome: boolean
  /** Instead, a path below `deps/<i>` of another buildpack, which is searched at start. */
  readonly deps?: string
  /** The directory of its executable, relative to its directory; absent: that directory itself, or unknown. */
  readonly executableDir?: string
  /** A directory with shared libraries, relative to its directory, that must be on LD_LIBRARY_PATH. */
  readonly libraryDir?: string
}
