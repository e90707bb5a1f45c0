/** What to run: one process type of an app with the sidecars attached to it. */
import type { MemorySize } from '../platform/memory-size.ts'

export interface InstanceSpec {
  readonly app: AppIdentity
  /** `web`, `worker`. */
  readonly processType: string
  /** Index of the instance, from 0. */
  readonly index: number
  readonly command: string
  readonly sidecars: readonly InstanceSidecar[]
  /** The task's name: `command` runs once, as with `cf run-task`, without sidecars and checks. */
  readonly task?: string
  /** Memory of the container: of the process with all its sidecars. */
  readonly memory: MemorySize
  /** The operator's additional memory for the platform's proxy. */
  readonly proxyMemory: MemorySize
  /** `$PORT`. */
  readonly port: number
  readonly healthCheck: HealthCheckSpec
  /** Only for routing. Absent: ready as soon as it runs. */
  readonly readinessCheck?: CheckSpec
  /** Limit for all log lines of the instance. Absent: none. */
  readonly logRateLimit?: { readonly bytesPerSecond: number }
  /** Whether `cf ssh` is allowed: its daemon ends with the instance, with a log line. */
  readonly hasSsh: boolean
  /** Variables of the app manifest and the command line, like those of `cf set-env`. */
  readonly env: ReadonlyMap<string, string>
  /** JSON. */
  readonly services: string
  /** The droplet: a gzip'd tar, or a directory with its contents, which is not changed. */
  readonly droplet: string
}

interface AppIdentity {
  readonly name: string
  readonly guid: string
  /** GUID of this version of the app. */
  readonly version: string
}

export interface InstanceSidecar {
  readonly name: string
  readonly command: string
  readonly memory?: MemorySize
}

/** Times in milliseconds. */
export interface CheckSpec {
  readonly kind: 'port' | 'http'
  /** For `http`: a path. */
  readonly endpoint: string
  /** Timeout of one check. */
  readonly invocationTimeout: number
  /** Interval of the checks while they pass. */
  readonly interval: number
}

export type HealthCheckSpec =
  | { readonly kind: 'process' }
  | (CheckSpec & {
      /** Time until the app must be healthy. */
      readonly startTimeout: number
    })
