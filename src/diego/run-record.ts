/** What `run` records of an instance for `ps`. */

export interface RunRecord {
  readonly runner: { readonly pid: number; readonly startTime: number }
  readonly app: string
  readonly processType: string
  /** Index of the instance, from 0. */
  readonly index: number
  /** The socket of its `run` (control.ts). */
  readonly control: string
  readonly port: number
  /** `crashed`: waiting for its restart. */
  readonly state: 'starting' | 'running' | 'stopping' | 'crashed'
  readonly crashes: number
  /** ISO 8601; with `crashed`. */
  readonly restartAt?: string
  readonly instance?: {
    readonly guid: string
    /** The directory that is `/home/vcap` on the platform. */
    readonly home: string
    /** The pid for entering its container; absent if it has none. */
    readonly holder?: number | undefined
    /** MiB of the container, and how the limit is enforced. */
    readonly memory: { readonly limit: number; readonly by: 'cgroup' | 'watched' }
    readonly processes: readonly ProcessRecord[]
  }
}

export interface ProcessRecord {
  /** The process type, or the sidecar's name. */
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  readonly command: string
  readonly pid?: number | undefined
  /** Its environment is that of the platform. */
  readonly spawnedPid?: number | undefined
  readonly exitStatus?: number | undefined
  /** The ports on which something listens once it is ready. */
  readonly ports?: readonly number[] | undefined
}

/** Whether a value from a file is a record: another version or program may have written it. */
export function isRunRecord(value: unknown): value is RunRecord {
  return (
    isMap(value) &&
    isMap(value.runner) &&
    areNumbers(value.runner.pid, value.runner.startTime, value.index, value.port, value.crashes) &&
    areStrings(value.app, value.processType, value.state, value.control) &&
    isAbsentOr(isString, value.restartAt) &&
    isAbsentOr(isInstance, value.instance)
  )
}

function isInstance(value: unknown): boolean {
  return (
    isMap(value) &&
    areStrings(value.guid, value.home) &&
    isAbsentOr(isNumber, value.holder) &&
    isMap(value.memory) &&
    areNumbers(value.memory.limit) &&
    areStrings(value.memory.by) &&
    Array.isArray(value.processes) &&
    value.processes.every(isProcess)
  )
}

function isProcess(value: unknown): boolean {
  return (
    isMap(value) &&
    areStrings(value.name, value.kind, value.command) &&
    isAbsentOr(areNumberList, value.ports) &&
    [value.pid, value.spawnedPid, value.exitStatus].every((each) => isAbsentOr(isNumber, each))
  )
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isAbsentOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || is(value)
}

const isNumber = (value: unknown) => typeof value === 'number'
const isString = (value: unknown) => typeof value === 'string'
const areNumberList = (value: unknown) => Array.isArray(value) && value.every(isNumber)
const areNumbers = (...values: readonly unknown[]) => values.every(isNumber)
const areStrings = (...values: readonly unknown[]) => values.every(isString)
