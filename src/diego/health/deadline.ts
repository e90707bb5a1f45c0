/**
 * A signal that is aborted when a time is up, or another signal is aborted before. Not `AbortSignal.any`: what that makes
 * of `AbortSignal.timeout` can be collected before it fires (Node.js 20).
 */
interface Deadline {
  readonly signal: AbortSignal
  /** Whether the time was up first. */
  readonly isTimeUp: boolean
  /** Must be called when the signal is no longer wanted. */
  clear(): void
}

/** @param milliseconds from now on */
export function deadline(milliseconds: number, stop: AbortSignal): Deadline {
  const controller = new AbortController()
  const abort = () => controller.abort()
  let isTimeUp = false
  const timer = setTimeout(() => {
    isTimeUp = !controller.signal.aborted
    abort()
  }, milliseconds)
  if (stop.aborted) abort()
  stop.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    get isTimeUp() {
      return isTimeUp
    },
    clear: () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', abort)
    },
  }
}
