/**
 * The sequence of checks: cloudfoundry/healthcheck, cmd/healthcheck/main.go. Every function rejects early when `stop` is
 * aborted.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { healthMessages as messages } from '../messages.ts'
import { monotonicTime } from '../monotonic.ts'
import { deadline } from './deadline.ts'
import { httpCheck } from './http-check.ts'
import { type CheckTarget, portCheck } from './port-check.ts'

/**
 * Checks on a ticker until a check passes or the time is up; a check that is still running then does not count.
 * @param timeout milliseconds
 * @param interval milliseconds
 * @returns why the app is not healthy; undefined when it is
 */
export async function untilHealthy(
  target: CheckTarget,
  { timeout, interval }: { readonly timeout: number; readonly interval: number },
  stop: AbortSignal,
): Promise<string | undefined> {
  const limit = deadline(timeout, stop)
  const next = ticker(interval)
  let reason: string = messages.noResult
  try {
    for (let attempts = 1; ; attempts++) {
      const failure = await checkOnce(target, limit.signal)
      stop.throwIfAborted()
      let tick = 0
      if (!limit.isTimeUp) {
        if (failure === undefined) return undefined
        reason = failure
        tick = await next(limit.signal).catch(() => 0)
        stop.throwIfAborted()
      }
      // Of a tick and the end of the time that come together, the end is seen, because its timer was started first.
      if (limit.isTimeUp || tick >= timeout) return messages.timedOut(timeout, attempts, reason)
    }
  } finally {
    limit.clear()
  }
}

/**
 * Resolves at the next tick since the last call; immediately if one has passed. Further ticks are dropped.
 * @returns the tick's time since the start, milliseconds
 */
function ticker(interval: number): (stop: AbortSignal) => Promise<number> {
  const started = monotonicTime()
  let last = 0
  return async (stop) => {
    const ticks = Math.floor((monotonicTime() - started) / interval)
    if (ticks > last) last = ticks
    else {
      last++
      await sleep(started + last * interval - monotonicTime(), undefined, { signal: stop })
    }
    return last * interval
  }
}

/** Checks until one fails. @returns why the app is not alive */
export async function whilePassing(target: CheckTarget, stop: AbortSignal): Promise<string> {
  for (;;) {
    const failure = await checkOnce(target, stop)
    stop.throwIfAborted()
    if (failure !== undefined) return messages.notAlive(failure)
    await sleep(target.interval, undefined, { signal: stop })
  }
}

export async function untilPassing(target: CheckTarget, interval: number, stop: AbortSignal): Promise<void> {
  for (;;) {
    const failure = await checkOnce(target, stop)
    stop.throwIfAborted()
    if (failure === undefined) return
    await sleep(interval, undefined, { signal: stop })
  }
}

/** @returns why the check failed, undefined when it passed; any of them when `stop` is aborted */
function checkOnce(target: CheckTarget, stop: AbortSignal): Promise<string | undefined> {
  return target.kind === 'port' ? portCheck(target, stop) : httpCheck(target, stop)
}
