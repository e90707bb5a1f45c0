/**
 * The content of `sidecars.yml` after reading: typed, frozen, complete. Later steps do not check it again.
 * The keys and their meanings: docs/reference/sidecars-yml.md.
 */
import type { MemorySize } from '../platform/memory-size.ts'
import type { Place } from '../problems/problems.ts'

/** A process type of the app (`web`, `worker`): not empty, no spaces around it, not a sidecar's name. */
export type ProcessType = string & { readonly ProcessType: unique symbol }
/** A sidecar's name: 1 to 255 characters, unique; may contain any character. */
export type SidecarName = string & { readonly SidecarName: unique symbol }
/** A name that an environment variable can have in bash and in the platform's API. */
export type EnvName = string & { readonly EnvName: unique symbol }

/**
 * A string with `$NAME` and `${NAME}`: strings and variables in turn, expanded at start. `$$` is already replaced by a
 * dollar; nothing else is special.
 */
export type Template = readonly (string | { readonly variable: EnvName; readonly place: Place })[]

/** A value that is read from a bound service at each start. */
interface ServiceCredential {
  /** Patterns, at least one, for the name, else label, else tag of the service instance (`matchingServices`). */
  readonly services: readonly string[]
  /** First a literal key of `credentials`, then a dotted path; absent: all credentials, as JSON. */
  readonly credential?: string
}

export type EnvValue =
  | { readonly kind: 'text'; readonly text: Template }
  | {
      readonly kind: 'service'
      readonly from: ServiceCredential
      /** The value if no service matches or the credential is missing; absent: the start fails. */
      readonly otherwise?: Template
    }

export type Env = ReadonlyMap<EnvName, EnvValue>

/** The source of a sidecar's files. `executable`: the file to run, if the directory or archive has several. */
export type Source =
  | { readonly kind: 'path'; readonly path: string; readonly executable?: string; readonly place: Place }
  | {
      readonly kind: 'dependency'
      readonly dependency: string
      /** A semver range; absent: the manifest's `default_versions`. */
      readonly version?: string
      readonly executable?: string
      readonly place: Place
    }
  | {
      readonly kind: 'uri'
      /** http, https or file. May contain credentials: only show `describeUri` of it. */
      readonly uri: string
      /** 64 lower-case hex digits. */
      readonly sha256: string
      readonly executable?: string
      readonly place: Place
    }
  | {
      readonly kind: 'deps'
      /** Below `deps/<i>` of another buildpack, of which exactly one has it. It is searched at start, and not copied. */
      readonly deps: string
      readonly executable?: string
      readonly place: Place
    }

export interface ReverseProxy {
  /** The port behind the proxy; absent: a free port. */
  readonly appPort?: number
  /** Whether the proxy starts only when the process behind it listens. */
  readonly wait: boolean
}

/** `timeout` in milliseconds. */
export type Readiness =
  | { readonly kind: 'port'; readonly port: number; readonly timeout: number; readonly place: Place }
  | { readonly kind: 'http'; readonly url: string; readonly timeout: number; readonly place: Place }
  | { readonly kind: 'socket'; readonly socket: Template; readonly timeout: number; readonly place: Place }

/** How a running sidecar is checked. `interval`, `timeout` and `grace` in milliseconds. */
export type Health = {
  readonly interval: number
  /** Timeout of one check. */
  readonly timeout: number
  /** The number of consecutive failures that make the sidecar unhealthy. */
  readonly failures: number
  /** Time from the start in which failures do not count, unless a check has succeeded before. */
  readonly grace: number
  readonly place: Place
} & (
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'socket'; readonly socket: Template }
  /** A shell command in the environment of the sidecar: healthy when it exits with status 0. */
  | { readonly kind: 'command'; readonly command: string }
)

export interface After {
  /** At least one, without duplicates. */
  readonly names: readonly SidecarName[]
  readonly place: Place
}

export interface Restart {
  readonly policy: 'never' | 'on-failure' | 'always'
  /** Absent: unlimited. */
  readonly attempts?: number
}

export interface Stop {
  /** Without `SIG`. */
  readonly signal: string
  /** Milliseconds. */
  readonly delay: number
}

export type Condition =
  | { readonly kind: 'service'; readonly services: readonly string[] }
  | { readonly kind: 'env'; readonly name: EnvName }

/** The origin of an entry: the app, or a buildpack. */
export type Origin =
  | { readonly kind: 'app' }
  | { readonly kind: 'buildpack'; readonly name: string; readonly directory: string }

/** A sidecar to stage. */
export interface Sidecar {
  readonly name: SidecarName
  readonly place: Place
  readonly origin: Origin
  readonly processTypes: readonly ProcessType[]
  readonly memory?: MemorySize
  /** Present if `memory` is written with an invalid value, which is reported. */
  readonly hasInvalidMemory?: true
  /** Present if the sidecar is restarted when its processes use more than `memory`; the place of that setting. */
  readonly memoryGuard?: Place
  /** A shell command; absent when the source's executable is run with `args`. */
  readonly command?: string
  readonly source?: Source
  readonly args: readonly Template[]
  readonly env: Env
  readonly hideEnv: readonly EnvName[]
  readonly appEnv: Env
  /** Relative to the app root, normalised, without `..`; absent: the app root. */
  readonly workingDir?: string
  readonly proxy?: ReverseProxy
  readonly waitFor?: Readiness
  readonly health?: Health
  /** Starts when these are ready, and stops before them. */
  readonly after?: After
  readonly restart: Restart
  readonly stop?: Stop
  /** A shell script, run once at staging in the sidecar's directory. */
  readonly setup?: { readonly script: string; readonly place: Place }
  /** Whether its directory is on the PATH of the app's processes and tasks; requires a source. */
  readonly onPath: boolean
  readonly when?: Condition
  readonly locked: boolean
}

export interface JavaLibrary {
  readonly source: Source
  readonly place: Place
  readonly origin: Origin
}

interface JavaAgent extends JavaLibrary {
  readonly options?: Template
}

export interface JavaInjection {
  readonly agents: readonly JavaAgent[]
  readonly libraries: readonly JavaLibrary[]
  readonly options: readonly { readonly text: Template; readonly place: Place }[]
}

/** A process type of the app that `sidecars.yml` declares. */
interface DeclaredProcess {
  readonly type: ProcessType
  readonly command: string
  readonly place: Place
}

/** The merged configuration of the buildpack and the app, with enabled sidecars only. */
export interface Configuration {
  readonly sidecars: readonly Sidecar[]
  readonly java: JavaInjection
  readonly processes: readonly DeclaredProcess[]
}
