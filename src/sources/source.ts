/** What every kind of source takes and gives: a source is checked first (reading only), then placed. */
import type { Place } from '../config/problems.ts'
import type { Origin, Source } from '../config/sidecar.ts'
import type { Log } from '../log/log.ts'
import type { LibraryPlaces } from './executability/library-places.ts'

/** What sources need of the world around them. */
export interface SourceContext {
  readonly appDir: string
  /** The folder of this buildpack: its `manifest.yml` names the dependencies. */
  readonly buildpackDir: string
  /** Downloads are kept here between stagings; absent: nothing is kept. */
  readonly cacheDir?: string
  /** `CF_STACK`. The machine that stages decides nothing. */
  readonly stack: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly clock: () => Date
  /** Rewrites the current line of a terminal, for progress (an empty text clears it); absent: there is none. */
  readonly draw?: (text: string) => void
}

/**
 * The use of the source: `run`, the source's executable is the sidecar (it must be clear which file that is);
 * `command`, the user's command says what is run (anything will do, but what cannot run is told);
 * `jar`, it is put on the app's JVM (a Java agent, a library).
 */
export type SourceUse = 'run' | 'command' | 'jar'

/** A source with its owner. */
export interface SourceRequest {
  readonly source: Source
  /** Whose it is: a `path` is relative to the app, or to the folder of the buildpack that carries it. */
  readonly origin: Origin
  readonly use: SourceUse
  /** The sidecar's (or jar's) name, for messages; an executable of this name is the clear one among several. */
  readonly owner: string
  /** Where the program finds shared libraries; absent: whether it finds them is not checked. */
  readonly libraries?: LibraryPlaces
}

/** How a placed file is run. `text`: a script without an interpreter line, which bash runs by itself. */
export type ExecutableKind = 'elf' | 'script' | 'jar' | 'text'

export interface PlacedExecutable {
  /** Relative to the folder that the source was placed into, with `/`. */
  readonly file: string
  readonly kind: ExecutableKind
  /** A directory of the source that has to be on LD_LIBRARY_PATH for it, relative to the same folder. */
  readonly libraryDir?: string
}

/** Bits in the droplet. */
export interface PlacedSource {
  /** Absent where the use does not ask for one and none is clear. */
  readonly executable?: PlacedExecutable
  /** The placed files, relative to the folder, with `/`, sorted. */
  readonly files: readonly string[]
  /** The sum of their sizes. */
  readonly bytes: number
}

/** What a check found out about a source; `placeSource` takes it from there. */
export interface CheckedSource {
  readonly request: SourceRequest
  /** The URI that it is kept under in the cache; absent: it is not. */
  readonly cachedUri?: string
  /** `otelcol 0.130.0, https://…` or the URI alone, without credentials; absent: a path. */
  readonly cameFrom?: string
  /** Writes the files into a directory, which is cleared first. @throws Error with a sentence for the user. */
  place(into: string): Promise<PlacedSource>
}

/** Where the user wrote the source. */
export function placeOf({ source }: SourceRequest): Place {
  return source.place
}
