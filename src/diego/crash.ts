/** A crashed instance in the platform's words: the crash event of `cf logs`, and when the next one starts. */

export interface CrashEvent {
  readonly appGuid: string
  readonly instanceGuid: string
  readonly cellId: string
  /** Why, as the executor words it: `APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137`. */
  readonly exitDescription: string
  readonly crashCount: number
  readonly time: Date
  /** The app's version, a GUID. */
  readonly version: string
}

/** What Cloud Controller writes to the app's log, the payload in Ruby's notation. */
export function crashEventText(event: CrashEvent): string {
  const payload = [
    ['instance', rubyText(event.instanceGuid)],
    ['index', '0'],
    ['cell_id', rubyText(event.cellId)],
    ['reason', rubyText('CRASHED')],
    ['exit_description', rubyText(event.exitDescription)],
    ['crash_count', String(event.crashCount)],
    ['crash_timestamp', `${event.time.getTime()}000000`],
    ['version', rubyText(event.version)],
  ]
  const pairs = payload.map(([key, value]) => `"${key}"=>${value}`).join(', ')
  return `App instance exited with guid ${event.appGuid} payload: {${pairs}}`
}

function rubyText(text: string): string {
  return `"${text.replaceAll(/[\\"]|#(?=[{$@])/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** Delays in milliseconds. */
export interface RestartPolicy {
  /** A crash with a lower count than this is followed by a restart at once. */
  readonly immediate: number
  readonly firstDelay: number
  readonly mostDelay: number
  /** A crash after at least so long in good health counts as the first one again. */
  readonly resetAfter: number
}

/** Diego's: two crashes are answered at once, the third after 30 s, then doubling up to 16 minutes. */
export const PLATFORM_RESTARTS: RestartPolicy = {
  immediate: 3,
  firstDelay: 30_000,
  mostDelay: 16 * 60_000,
  resetAfter: 5 * 60_000,
}

/** How long to wait after the crash with that count, milliseconds. */
export function restartDelay(crashCount: number, policy: RestartPolicy): number {
  if (crashCount < policy.immediate) return 0
  return Math.min(policy.mostDelay, policy.firstDelay * 2 ** (crashCount - policy.immediate))
}

/** @param healthyFor how long the instance had been healthy when it crashed, milliseconds; absent: never */
export function nextCrashCount(
  previous: number,
  healthyFor: number | undefined,
  policy: RestartPolicy,
): number {
  return healthyFor !== undefined && healthyFor > policy.resetAfter ? 1 : previous + 1
}
