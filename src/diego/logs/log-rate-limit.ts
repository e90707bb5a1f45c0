/**
 * The log rate limit of an instance: `log-rate-limit-per-second` of the app manifest, and the operator's limit of lines.
 * Source: cloudfoundry/executor, depot/log_streamer/log_rate_limiter.go; golang.org/x/time/rate.
 */
import { rateLimitMessages as messages } from '../messages.ts'

interface LogRateLimit {
  /** Absent: no limit. 0: nothing is logged. */
  readonly bytesPerSecond?: number
  /** Absent: no limit. */
  readonly linesPerSecond?: number | undefined
}

/**
 * Whether a message may be logged.
 * @param tell gets the log line about the exceeded limit
 */
export type LogLimiter = (bytes: number, tell: (text: string) => void) => boolean

/** After a message that exceeds the limit, everything is dropped for this time, milliseconds. */
const SILENCE = 1000

/**
 * Undefined when there is no limit.
 * @param now milliseconds of a monotonic clock
 */
export function limitLogRate(limit: LogRateLimit, now: () => number): LogLimiter | undefined {
  const { bytesPerSecond, linesPerSecond } = limit
  if (bytesPerSecond === undefined && linesPerSecond === undefined) return undefined
  const allowBytes = bytesPerSecond === undefined ? undefined : tokenBucket(bytesPerSecond, now)
  const allowLines = linesPerSecond === undefined ? undefined : tokenBucket(linesPerSecond, now)
  let silentUntil = Number.NEGATIVE_INFINITY
  return (bytes, tell) => {
    if (bytesPerSecond === 0 || now() < silentUntil) return false
    const exceeded =
      allowBytes?.(bytes) === false
        ? messages.bytes(bytesPerSecond ?? 0)
        : allowLines?.(1) === false
          ? messages.lines(linesPerSecond ?? 0)
          : undefined
    if (exceeded === undefined) return true
    tell(exceeded)
    silentUntil = now() + SILENCE
    return false
  }
}

/** A bucket with the tokens of one second, full at the beginning. */
function tokenBucket(perSecond: number, now: () => number): (tokens: number) => boolean {
  let tokens = perSecond
  let filled = now()
  return (wanted) => {
    const time = now()
    const available = Math.min(perSecond, tokens + ((time - filled) / 1000) * perSecond)
    if (wanted > available) return false
    tokens = available - wanted
    filled = time
    return true
  }
}
