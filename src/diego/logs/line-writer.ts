/** Joins the lines of one turn into one write: a process may write a hundred thousand of them a second. */

export interface LineWriter {
  /** Takes whole lines, newline included. */
  readonly write: (line: string) => void
  readonly flush: () => void
}

/** In UTF-16 units: what may come together before it is written. */
const MOST_TOGETHER = 64 * 1024

export function lineWriter(out: (text: string) => void): LineWriter {
  let lines: string[] = []
  let length = 0
  const flush = () => {
    if (lines.length === 0) return
    const text = lines.join('')
    lines = []
    length = 0
    out(text)
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
