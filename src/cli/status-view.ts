/** Keeps some lines at the bottom of a terminal while others scroll above them. */
import { widthOf } from './text-width.ts'

interface StatusView {
  /** Writes whole lines above the status; bytes if they are not valid UTF-8. */
  write(text: string | Uint8Array): void
  /** Replaces the status lines. */
  show(lines: readonly string[]): void
  /** The user has pressed Enter this many times, so the terminal has new lines below the status. */
  typed(lines: number): void
  /** Removes the status; later output is written unchanged. */
  end(): void
}

const BOLD = '\x1b[1m'
const RESET = '\x1b[0m'
const CLEAR_BELOW = '\x1b[J'

/**
 * @param out the terminal
 * @param columns its current width
 */
export function statusView(out: (text: string | Uint8Array) => void, columns: () => number): StatusView {
  let lines: readonly string[] = []
  let typed = 0
  const away = () => {
    const rows = lines.reduce((sum, line) => sum + rowsOf(line, columns()), typed)
    typed = 0
    return lines.length === 0 ? '' : `\x1b[${rows}A\r${CLEAR_BELOW}`
  }
  const drawn = () => lines.map((line) => `${BOLD}${line}${RESET}\n`).join('')
  const draw = (above: string | Uint8Array, next: readonly string[]) => {
    const erase = away()
    lines = next
    if (typeof above === 'string') out(`${erase}${above}${drawn()}`)
    else out(Buffer.concat([Buffer.from(erase), above, Buffer.from(drawn())]))
  }
  return {
    write: (text) => draw(text, lines),
    show: (next) => {
      if (typed > 0 || next.join('\n') !== lines.join('\n')) draw('', next)
    },
    typed: (count) => {
      typed += count
      draw('', lines)
    },
    end: () => draw('', []),
  }
}

/** A terminal that became narrower shows a line as several rows. */
function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(widthOf(line) / columns))
}
