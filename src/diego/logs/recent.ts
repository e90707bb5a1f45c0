/** The last lines of a run's log, for `logs --recent`. */
import type { LogMessages } from './log-line.ts'

export interface RecentLog {
  readonly add: (messages: LogMessages) => void
  /** In order of arrival. */
  readonly all: () => readonly LogMessages[]
}

/** @param most number of lines to keep */
export function recentLog(most: number): RecentLog {
  let kept: LogMessages[] = []
  let lines = 0
  return {
    add: (messages) => {
      const texts = messages.texts.slice(-most)
      kept.push({ ...messages, texts })
      lines += texts.length
      // A batch is dropped when the following ones are enough, so at most twice as many lines are kept.
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
