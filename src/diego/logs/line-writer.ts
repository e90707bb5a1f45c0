/** Joins the lines of one turn into one write: a process may write a hundred thousand of them a second. */

export interface LineWriter {
  /** Takes whole lines, newline included; bytes where a line is not UTF-8. */
  readonly write: (line: string | Buffer) => void
  readonly flush: () => void
}

/** In UTF-16 units or bytes: what may come together before it is written. */
const MOST_TOGETHER = 64 * 1024

export function lineWriter(out: (text: string | Buffer) => void): LineWriter {
  let lines: (string | Buffer)[] = []
  let length = 0
  const flush = () => {
    if (lines.length === 0) return
    const written = lines
    lines = []
    length = 0
    out(written.every((line) => typeof line === 'string') ? written.join('') : bytesOf(written))
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

function bytesOf(lines: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(lines.map((line) => (typeof line === 'string' ? Buffer.from(line) : line)))
}
