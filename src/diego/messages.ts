/**
 * Every sentence that Diego and Cloud Controller write to an app's log, in their words.
 * Sources: cloudfoundry/executor (depot/steps, depot/containerstore, depot/log_streamer), cloudfoundry/healthcheck,
 * cloudfoundry/cloud_controller_ng (app/repositories), and the recordings in test/data/running.
 */
import { goDuration } from '../platform/go/duration.ts'
import { inspectHash } from '../platform/ruby/inspect.ts'

/** The last part of a log source; the instance index is added where a line is printed. */
export const SOURCES = {
  cell: 'CELL',
  health: 'HEALTH',
  api: 'API',
  proxy: 'PROXY',
  sshDaemon: 'CELL/SSHD',
} as const

/** `APP/PROC/WEB`: the app's process in logs and crash reasons. */
export function processSource(processType: string): string {
  return `APP/PROC/${processType.toUpperCase()}`
}

/** `APP/PROC/WEB/SIDECAR/CONFIG-SERVER` */
export function sidecarSource(processType: string, sidecar: string): string {
  return `${processSource(processType)}/SIDECAR/${sidecar.toUpperCase()}`
}

/** `APP/TASK/migrate`: unlike the others, the name stays as it is. */
export function taskSource(name: string): string {
  return `APP/TASK/${name}`
}

/** Lines of the cell about the container of one instance. */
export const containerMessages = {
  creating: (cell: string, guid: string) => `Cell ${cell} creating container for instance ${guid}`,
  created: (cell: string, guid: string) => `Cell ${cell} successfully created container for instance ${guid}`,
  stopping: (cell: string, guid: string) => `Cell ${cell} stopping instance ${guid}`,
  destroying: (cell: string, guid: string) => `Cell ${cell} destroying container for instance ${guid}`,
  destroyed: (cell: string, guid: string) =>
    `Cell ${cell} successfully destroyed container for instance ${guid}`,
}

export const dropletMessages = {
  downloading: 'Downloading droplet...',
  /** @param bytes absent: the cell still has the droplet of an earlier instance */
  downloaded: (bytes?: number) => `Downloaded droplet${bytes ? ` (${byteSize(bytes)})` : ''}`,
}

/** As code.cloudfoundry.org/bytefmt prints sizes: `431B`, `1.5K`, `12M`. */
function byteSize(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T', 'P', 'E']
  const power = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** power).toFixed(1).replace(/\.0$/, '')}${units[power]}`
}

/** Lines of a process's end, on its own source. */
export function exitLine(
  status: number,
  { killedAfter, outOfMemory }: { readonly killedAfter: number | undefined; readonly outOfMemory: boolean },
): string {
  const killed =
    killedAfter === undefined ? '' : ` (exceeded ${goDuration(killedAfter)} graceful shutdown interval)`
  return `Exit status ${status}${killed}${outOfMemory ? OUT_OF_MEMORY : ''}`
}

const OUT_OF_MEMORY = ' (out of memory)'

export function creationFailure(reason: string): string {
  return `failed-creating-process: ${reason}`
}

/** Why an instance has crashed. Several reasons are joined. */
export const crashReasons = {
  exited: (source: string, status: number, outOfMemory: boolean) =>
    `${source}: Exited with status ${status}${outOfMemory ? OUT_OF_MEMORY : ''}`,
  exitedWithZero: 'Codependent step exited',
  didNotExit: 'process did not exit',
  neverHealthy: (took: number, check: string) => `Instance never healthy after ${goDuration(took)}: ${check}`,
  becameUnhealthy: (check: string) => `Instance became unhealthy: ${check}`,
  join: (all: readonly string[]) => all.join('; '),
}

export const healthMessages = {
  starting: 'Starting health monitoring of container',
  healthy: 'Container became healthy',
  unhealthy: 'Container became unhealthy',
  neverPassed: (took: number) => `Failed after ${goDuration(took)}: startup health check never passed.`,
  timedOut: (timeout: number, attempts: number, reason: string) =>
    `Timed out after ${goDuration(timeout)} (${attempts} attempts) waiting for startup check to succeed: ${reason}`,
  notAlive: (reason: string) => `Liveness check unsuccessful: ${reason}`,
  /** The healthcheck program ends like this when its time is up before its first check has ended. */
  noResult: 'panic: runtime error: invalid memory address or nil pointer dereference',
}

export const readinessMessages = {
  starting: 'Starting readiness health monitoring of container',
  ready: 'Container passed the readiness health check. Container marked ready and added to route pool.',
  notReady:
    'Container failed the readiness health check. Container marked not ready and removed from route pool.',
}

/** Why one check failed. Times in milliseconds. */
export const checkMessages = {
  connection: (address: string, reason: string) =>
    `failed to make TCP connection to ${address}: dial tcp ${address}: ${reason}`,
  connectionTimedOut: (address: string, timeout: number) =>
    `failed to make TCP connection to ${address}: timed out after ${seconds(timeout)} seconds`,
  badRequest: (endpoint: string, port: number) =>
    `failed to create an HTTP request to '${endpoint}' on port ${port}`,
  status: (endpoint: string, port: number, status: number, took: number) =>
    `${httpRequest(endpoint, port)}: received status code ${status} in ${took}ms`,
  requestTimedOut: (endpoint: string, port: number, timeout: number) =>
    `${httpRequest(endpoint, port)}: timed out after ${seconds(timeout)} seconds`,
  requestFailed: (endpoint: string, port: number) => `${httpRequest(endpoint, port)}: connection refused`,
}

function httpRequest(endpoint: string, port: number): string {
  return `failed to make HTTP request to '${endpoint}' on port ${port}`
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2)
}

export const rateLimitMessages = {
  bytes: (limit: number) => `app instance exceeded log rate limit (${limit} bytes/sec)`,
  lines: (limit: number) =>
    `app instance exceeded log rate limit (${limit} log-lines/sec) set by platform operator`,
}

/** The data of an instance in all events of Cloud Controller. */
export interface InstanceEvent {
  readonly index: number
  readonly appGuid: string
  readonly instanceGuid: string
  readonly cellId: string
  /** The app's version, a GUID. */
  readonly version: string
}

interface CrashEvent extends InstanceEvent {
  readonly exitDescription: string
  readonly crashCount: number
  readonly time: Date
}

/** Cloud Controller's truncation_mixin.rb: characters, and what replaces the rest. */
const LONGEST_DESCRIPTION = 10_000
const TRUNCATED = ' (truncated)'

export const api = {
  crashed: (processType: string) => `Process has crashed with type: "${processType}"`,
  exited: (event: CrashEvent) => {
    const payload = {
      instance: event.instanceGuid,
      index: event.index,
      cell_id: event.cellId,
      reason: 'CRASHED',
      exit_description: truncate(event.exitDescription),
      crash_count: event.crashCount,
      crash_timestamp: BigInt(event.time.getTime()) * 1_000_000n,
      version: event.version,
    }
    return `App instance exited with guid ${event.appGuid} payload: ${inspectHash(payload)}`
  },
  readinessChanged: (event: InstanceEvent, ready: boolean) => {
    const payload = {
      instance: event.instanceGuid,
      index: event.index,
      cell_id: event.cellId,
      ready,
      version: event.version,
    }
    const state = ready ? 'ready' : 'not ready'
    return `Process became ${state} with guid ${event.appGuid} payload: ${inspectHash(payload)}`
  },
}

function truncate(text: string): string {
  const characters = [...text]
  if (characters.length <= LONGEST_DESCRIPTION) return text
  return characters.slice(0, LONGEST_DESCRIPTION - TRUNCATED.length).join('') + TRUNCATED
}

/** Short forms of the messages above, for `--log short`; empty: omitted. */
export const SHORT_FORMS: readonly (readonly [RegExp, string])[] = [
  [/^Cell \S+ (?:creating|destroying) container for instance /, ''],
  [/^Cell \S+ successfully created container for instance /, 'created'],
  [/^Cell \S+ stopping instance /, 'stopping'],
  [/^Cell \S+ successfully destroyed container for instance /, 'destroyed'],
  [
    /^(?:Downloading droplet\.\.\.|Downloaded droplet.*|Starting (?:readiness )?health monitoring of container)$/,
    '',
  ],
  [/^Container became (healthy|unhealthy)$/, '$1'],
  [/^Container passed the readiness health check\./, 'ready'],
  [/^Container failed the readiness health check\./, 'not ready'],
  [/^Process has crashed with type: /, ''],
  [/^App instance exited with guid .*"exit_description"=>"(.*?)", "crash_count"/s, 'crashed: $1'],
  [/^Process became (?:not )?ready with guid /, ''],
]
