/** Joins the lines of one event loop turn into one write: a process may write a hundred thousand lines per second. */
import { joined } from './log-line.ts'

interface LineWriter {
  /** Takes whole lines, including the newline; bytes if a line is not valid UTF-8. */
  readonly write: (line: string | Buffer) => void
  readonly flush: () => void
}

/** Size at which collected lines are written, in UTF-16 units or bytes. */
const MOST_TOGETHER = 64 * 1024

export function lineWriter(out: (text: string | Buffer) => void): LineWriter {
  let lines: (string | Buffer)[] = []
  let length = 0
  const flush = () => {
    if (lines.length === 0) return
    const written = lines
    lines = []
    length = 0
    out(joined(written))
  }
  return {
    flush,
    write: (line) => {
      if (lines.length === 0) queueMicrotask(flush)
      lines.push(line)
      length += line.length
      if (length > MOST_TOGETHER) flush()
    },
  }
}
