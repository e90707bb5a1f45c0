/**
 * Milliseconds of a monotonic clock, for durations. `Date.now()` jumps when the machine's time is corrected, and delays
 * and limits would jump with it.
 */
export function monotonicTime(): number {
  return Math.round(performance.now())
}
