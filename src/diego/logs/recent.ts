/** The last lines of a run's log, for `logs --recent`. */
import type { LogMessages } from './log-line.ts'

export interface RecentLog {
  readonly add: (messages: LogMessages) => void
  /** In the order in which they came. */
  readonly all: () => readonly LogMessages[]
}

/** @param most how many lines are kept */
export function recentLog(most: number): RecentLog {
  let kept: LogMessages[] = []
  let lines = 0
  return {
    add: (messages) => {
      const texts = messages.texts.slice(-most)
      kept.push({ ...messages, texts })
      lines += texts.length
      // A whole batch goes once what follows it is enough: at most two times as many lines are held.
      let gone = 0
      for (const { texts } of kept) {
        if (lines - texts.length < most) break
        lines -= texts.length
        gone++
      }
      if (gone > 0) kept = kept.slice(gone)
    },
    all: () => kept,
  }
}
