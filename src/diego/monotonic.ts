/**
 * Milliseconds since some moment, by a clock that nobody sets: for how long something has taken. `Date.now()` jumps
 * when the machine's time is put right, and a delay or a limit measured by it would jump along.
 */
export function monotonicTime(): number {
  return Math.round(performance.now())
}
