/** When a crashed instance is started again: cloudfoundry/bbs, models/restart_calculator.go. */

/** Delays in milliseconds. */
export interface RestartPolicy {
  /** A crash with a lower count than this is followed by a restart at once. */
  readonly immediate: number
  readonly firstDelay: number
  readonly mostDelay: number
  /** Delayed restarts happen in rounds, so far apart; 0: as soon as the delay is over. */
  readonly round: number
  /** A crash after more than so long in good health counts as the first one again. */
  readonly resetAfter: number
}

/** Diego's: two crashes are answered at once, the third after 30 s, then doubling up to 16 minutes. */
export const PLATFORM_RESTARTS: RestartPolicy = {
  immediate: 3,
  firstDelay: 30_000,
  mostDelay: 16 * 60_000,
  round: 30_000,
  resetAfter: 5 * 60_000,
}

/** How long to wait at least after the crash with that count, milliseconds. */
export function restartDelay(crashCount: number, policy: RestartPolicy): number {
  if (crashCount < policy.immediate) return 0
  return Math.min(policy.mostDelay, policy.firstDelay * 2 ** (crashCount - policy.immediate))
}

/**
 * When the restart after a crash happens: times in milliseconds since the first start. BBS looks for delayed restarts
 * every 30 s only.
 */
export function restartTime(crashTime: number, crashCount: number, policy: RestartPolicy): number {
  const delay = restartDelay(crashCount, policy)
  const earliest = crashTime + delay
  if (delay === 0 || policy.round === 0) return earliest
  return Math.ceil(earliest / policy.round) * policy.round
}

/** @param healthyFor how long the instance had been healthy when it crashed, milliseconds; absent: never */
export function nextCrashCount(
  previous: number,
  healthyFor: number | undefined,
  policy: RestartPolicy,
): number {
  return healthyFor !== undefined && healthyFor > policy.resetAfter ? 1 : previous + 1
}
