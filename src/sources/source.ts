/** The interface of all kinds of source: a source is first checked (reading only), then placed. */

import type { Origin, Source } from '../config/sidecar.ts'
import type { Log } from '../log/log.ts'
import type { Environment } from '../system/environment.ts'
import type { LibraryPlaces } from './executability/library-places.ts'

/** The environment that sources work in. */
export interface SourceContext {
  readonly appDir: string
  /** The directory of this buildpack; its `manifest.yml` lists the dependencies. */
  readonly buildpackDir: string
  /** Downloads are cached here between stagings; absent: no cache. */
  readonly cacheDir?: string
  /** `CF_STACK`. The machine that stages has no influence. */
  readonly stack: string | undefined
  readonly env: Environment
  readonly log: Log
  readonly clock: () => Date
  /** Rewrites the current line of a terminal, for progress (an empty string clears it); absent: no terminal. */
  readonly draw?: (text: string) => void
}

/**
 * The use of the source. `run`: its executable is the sidecar, so the choice must be unambiguous.
 * `command`: the user's command defines what runs; files that cannot run cause warnings only.
 * `jar`: it is added to the app's JVM (a Java agent or a library).
 */
export type SourceUse = 'run' | 'command' | 'jar'

/** A source with its owner. */
export interface SourceRequest {
  readonly source: Source
  /** Who declares it: `path` is relative to the app, or to the directory of the buildpack that includes it. */
  readonly origin: Origin
  readonly use: SourceUse
  /** The sidecar's (or jar's) name, for messages; among several programs, the one with this name is chosen. */
  readonly owner: string
  /** Where the program finds shared libraries; absent: not checked. */
  readonly libraries?: LibraryPlaces
  /** Names or URLs of the buildpacks that stage the app, or their languages; absent: unknown. */
  readonly buildpacks?: readonly string[]
}

/** How a placed file is run. `text`: a script without an interpreter line, which bash runs. */
export type ExecutableKind = 'elf' | 'script' | 'jar' | 'text'

export interface PlacedExecutable {
  /** Relative to the folder that the source was placed into, with `/`. */
  readonly file: string
  readonly kind: ExecutableKind
  /** A directory of the source that it needs on LD_LIBRARY_PATH, relative to the same directory. */
  readonly libraryDir?: string
}

/** A source in the droplet. */
export interface PlacedSource {
  /** Absent if the use does not require one and the choice is ambiguous. */
  readonly executable?: PlacedExecutable
  /** The placed files, relative to the folder, with `/`, sorted. */
  readonly files: readonly string[]
  /** The sum of their sizes. */
  readonly bytes: number
}

/** The result of a check, which `placeSource` continues with. */
export interface CheckedSource {
  readonly request: SourceRequest
  /** The URI under which it is cached; absent: it is not cached. */
  readonly cachedUri?: string
  /** `otelcol 0.130.0, https://…` or only the URI, without credentials; absent for a path. */
  readonly cameFrom?: string
  /** Writes the files into a directory, which is cleared first. @throws Error with a message for the user */
  place(into: string): Promise<PlacedSource>
}
