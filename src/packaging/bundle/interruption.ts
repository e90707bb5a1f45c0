/** Handles Ctrl-C and SIGTERM while a jar is written: the change is undone before the process ends. */
import { ENDING_SIGNALS, endBySignal, onEndingSignal } from '../../system/interrupted.ts'

export interface Signals {
  /** @returns a function that restores the default handling of the signals */
  on(handler: (signal: NodeJS.Signals) => void): () => void
  /** Ends the process with that signal. */
  end(signal: NodeJS.Signals): void
}

export const processSignals: Signals = {
  on: onEndingSignal,
  end(signal) {
    for (const each of ENDING_SIGNALS) process.removeAllListeners(each)
    endBySignal(signal)
  },
}
