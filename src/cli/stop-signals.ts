/** Signals that end what `run` runs. */
import { onEndingSignal } from '../system/interrupted.ts'

interface StopRequest {
  /** The first call ends the processes, the second one kills them. */
  readonly stop: () => void
  readonly markStopped: () => void
  readonly note: (text: string) => void
  /** In the background, the log needs no reader. */
  readonly isDetached: boolean
}

/**
 * Stops on Ctrl-C, a signal, or when the reader of the log is gone.
 * @returns how to stop no longer
 */
export function onStopWanted({ stop, markStopped, note, isDetached }: StopRequest): () => void {
  let times = 0
  const end = () => {
    markStopped()
    stop()
  }
  const stopOrKill = () => {
    end()
    if (++times === 2) note('killed all processes')
  }
  const release = onEndingSignal(stopOrKill)
  if (!isDetached) process.stdout.on('error', end)
  return () => {
    release()
    process.stdout.off('error', end)
  }
}
