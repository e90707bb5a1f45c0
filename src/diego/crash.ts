/** When a crashed instance is started again: cloudfoundry/bbs, models/restart_calculator.go. */

/** Delays in milliseconds. */
export interface RestartPolicy {
  /** A crash with a lower count than this causes an immediate restart. */
  readonly immediate: number
  readonly firstDelay: number
  readonly mostDelay: number
  /** Interval of the rounds in which delayed restarts happen; 0: as soon as the delay is over. */
  readonly round: number
  /** A crash after more than this time of good health counts as the first one again. */
  readonly resetAfter: number
}

/** Diego's delays: none after two crashes, 30 s after the third, then doubling up to 16 minutes. */
export const PLATFORM_RESTARTS: RestartPolicy = {
  immediate: 3,
  firstDelay: 30_000,
  mostDelay: 16 * 60_000,
  round: 30_000,
  resetAfter: 5 * 60_000,
}

/** Diego does not restart an instance after this many restarts. */
export const PLATFORM_MOST_RESTARTS = 199

/** The minimum delay after the crash with this count, milliseconds. */
export function restartDelay(crashCount: number, policy: RestartPolicy): number {
  if (crashCount < policy.immediate) return 0
  return Math.min(policy.mostDelay, policy.firstDelay * 2 ** (crashCount - policy.immediate))
}

/**
 * The time of the restart after a crash, in milliseconds since the first start. BBS checks for delayed restarts only every
 * 30 s.
 */
export function restartTime(crashTime: number, crashCount: number, policy: RestartPolicy): number {
  const delay = restartDelay(crashCount, policy)
  const earliest = crashTime + delay
  if (delay === 0 || policy.round === 0) return earliest
  return Math.ceil(earliest / policy.round) * policy.round
}

/** @param healthyFor time that the instance had been healthy before the crash, milliseconds; absent: never */
export function nextCrashCount(
  previous: number,
  healthyFor: number | undefined,
  policy: RestartPolicy,
): number {
  return healthyFor !== undefined && healthyFor > policy.resetAfter ? 1 : previous + 1
}
