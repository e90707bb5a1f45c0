/** What to run: one process type of an app with the sidecars attached to it. */
import type { MemorySize } from '../config/memory-size.ts'

export interface InstanceSpec {
  readonly app: AppIdentity
  /** `web`, `worker`. */
  readonly processType: string
  readonly command: string
  readonly sidecars: readonly InstanceSidecar[]
  /** Of the process with all its sidecars: the container's. */
  readonly memory: MemorySize
  /** What the operator gives the platform's own proxy on top. */
  readonly proxyMemory: MemorySize
  /** `$PORT`. */
  readonly port: number
  readonly healthCheck: HealthCheckSpec
  /** Of the app manifest and the command line: what `cf set-env` holds. */
  readonly env: ReadonlyMap<string, string>
  /** JSON. */
  readonly services: string
  /** The droplet, a gzip'd tar. */
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

export type HealthCheckSpec =
  | { readonly kind: 'process' }
  | {
      readonly kind: 'port' | 'http'
      /** For `http`: a path. */
      readonly endpoint: string
      /** Of one check, milliseconds. */
      readonly invocationTimeout: number
      /** Until the app has to be healthy, milliseconds. */
      readonly startTimeout: number
    }

/** `APP/PROC/WEB`: how the platform calls the app's process in logs and crash reasons. */
export function processSource(processType: string): string {
  return `APP/PROC/${processType.toUpperCase()}`
}

/** `APP/PROC/WEB/SIDECAR/CONFIG-SERVER` */
export function sidecarSource(processType: string, sidecar: string): string {
  return `${processSource(processType)}/SIDECAR/${sidecar.toUpperCase()}`
}
