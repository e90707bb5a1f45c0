/** Signals that end what `run` runs. */

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
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let times = 0
  const end = () => {
    markStopped()
    stop()
  }
  const stopOrKill = () => {
    end()
    if (++times === 2) note('killed all processes')
  }
  for (const each of signals) process.on(each, stopOrKill)
  if (!isDetached) process.stdout.on('error', end)
  return () => {
    for (const each of signals) process.off(each, stopOrKill)
    process.stdout.off('error', end)
  }
}
