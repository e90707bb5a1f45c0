/** What to run: one process type of an app with the sidecars attached to it. */
import type { MemorySize } from '../config/memory-size.ts'

export interface InstanceSpec {
  readonly app: AppIdentity
  /** `web`, `worker`. */
  readonly processType: string
  /** Of the instance, from 0. */
  readonly index: number
  readonly command: string
  readonly sidecars: readonly InstanceSidecar[]
  /** The task's name: `command` runs once, as with `cf run-task`, without sidecars and checks. */
  readonly task?: string
  /** Of the process with all its sidecars: the container's. */
  readonly memory: MemorySize
  /** What the operator gives the platform's own proxy on top. */
  readonly proxyMemory: MemorySize
  /** `$PORT`. */
  readonly port: number
  readonly healthCheck: HealthCheckSpec
  /** Decides about routes only. Absent: ready as soon as it runs. */
  readonly readinessCheck?: CheckSpec
  /** Of all log lines of the instance. Absent: no limit. */
  readonly logRateLimit?: { readonly bytesPerSecond: number }
  /** Whether `cf ssh` is allowed: its daemon ends with the instance, and says so in the log. */
  readonly hasSsh: boolean
  /** Of the app manifest and the command line: what `cf set-env` holds. */
  readonly env: ReadonlyMap<string, string>
  /** JSON. */
  readonly services: string
  /** The droplet: a gzip'd tar, or a directory with its contents, which stays as it is. */
  readonly droplet: string
}

export interface AppIdentity {
  readonly name: string
  readonly guid: string
  /** Of this version of the app. */
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
  /** Of one check. */
  readonly invocationTimeout: number
  /** Between two checks while they pass. */
  readonly interval: number
}

export type HealthCheckSpec =
  | { readonly kind: 'process' }
  | (CheckSpec & {
      /** Until the app has to be healthy. */
      readonly startTimeout: number
    })
