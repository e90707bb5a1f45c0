/** Handles Ctrl-C and SIGTERM while a jar is written: the change is undone before the process ends. */
import { endBySignal } from '../../lifecycle/interrupted.ts'

export interface Signals {
  /** @returns a function that restores the default handling of the signals */
  on(handler: (signal: NodeJS.Signals) => void): () => void
  /** Ends the process with that signal. */
  end(signal: NodeJS.Signals): void
}

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

export const processSignals: Signals = {
  on(handler) {
    for (const each of ENDING) process.on(each, handler)
    return () => {
      for (const each of ENDING) process.off(each, handler)
    }
  },
  end(signal) {
    for (const each of ENDING) process.removeAllListeners(each)
    endBySignal(signal)
  },
}
