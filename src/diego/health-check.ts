/**
 * The check of the app's port, as Diego's healthcheck makes it: every half second until it passes the first
 * time, then every half minute.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { goDuration } from './go-duration.ts'
import { type CheckTarget, checkOnce } from './health-request.ts'
import type { HealthCheckSpec } from './instance-spec.ts'
import { monotonicTime } from './monotonic.ts'

/** Milliseconds. */
export interface HealthIntervals {
  readonly untilHealthy: number
  readonly whileHealthy: number
}

export const PLATFORM_HEALTH_INTERVALS: HealthIntervals = { untilHealthy: 500, whileHealthy: 30_000 }

/** Why the instance has to end, in the platform's words. */
export interface HealthFailure {
  /** Of the check itself: `HEALTH`. */
  readonly check: string
  /** Of the cell: `CELL`. */
  readonly cell: string
  readonly exitDescription: string
}

/**
 * Returns when the app turns out not to be healthy, or when the signal comes (then nothing).
 * @param onHealthy when the first check has passed; at once for a process that is only watched by its pid
 */
export async function watchHealth(
  spec: HealthCheckSpec,
  at: Pick<CheckTarget, 'address' | 'port'>,
  intervals: HealthIntervals,
  onHealthy: () => void,
  stop: AbortSignal,
): Promise<HealthFailure | undefined> {
  if (spec.kind === 'process') {
    onHealthy()
    return undefined
  }
  const target: CheckTarget = {
    kind: spec.kind,
    ...at,
    endpoint: spec.endpoint,
    timeout: spec.invocationTimeout,
  }
  try {
    const failure = await untilHealthy(target, spec.startTimeout, intervals.untilHealthy, stop)
    if (failure) return failure
    onHealthy()
    return await whileHealthy(target, intervals.whileHealthy, stop)
  } catch (error) {
    if (stop.aborted) return undefined
    throw error
  }
}

async function untilHealthy(
  target: CheckTarget,
  startTimeout: number,
  interval: number,
  stop: AbortSignal,
): Promise<HealthFailure | undefined> {
  const started = monotonicTime()
  for (let attempts = 1; ; attempts++) {
    const reason = await checkOnce(target)
    stop.throwIfAborted()
    if (reason === undefined) return undefined
    const left = started + startTimeout - monotonicTime()
    if (left <= 0) return neverHealthy(reason, attempts, startTimeout, monotonicTime() - started)
    await sleep(Math.min(interval, left), undefined, { signal: stop })
  }
}

function neverHealthy(reason: string, attempts: number, timeout: number, took: number): HealthFailure {
  const check = `Timed out after ${goDuration(timeout)} (${attempts} attempts) waiting for startup check to succeed: ${reason}`
  return {
    check,
    cell: `Failed after ${goDuration(took)}: startup health check never passed.`,
    exitDescription: `Instance never healthy after ${goDuration(took)}: ${check}`,
  }
}

async function whileHealthy(
  target: CheckTarget,
  interval: number,
  stop: AbortSignal,
): Promise<HealthFailure | undefined> {
  for (;;) {
    await sleep(interval, undefined, { signal: stop })
    const reason = await checkOnce(target)
    stop.throwIfAborted()
    if (reason === undefined) continue
    const check = `Liveness check unsuccessful: ${reason}`
    return {
      check,
      cell: 'Container became unhealthy',
      exitDescription: `Instance became unhealthy: ${check}`,
    }
  }
}
