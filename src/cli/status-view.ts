/** Keeps some lines at the bottom of a terminal while others scroll above them. */

export interface StatusView {
  /** Writes whole lines above the status. */
  write(text: string): void
  /** Puts other lines in the place of the ones that stand there. */
  show(lines: readonly string[]): void
  /** Takes the status away; what is written then is written as it is. */
  end(): void
}

const BOLD = '\x1b[1m'
const RESET = '\x1b[0m'
const CLEAR_BELOW = '\x1b[J'

/** @param out the terminal */
export function statusView(out: (text: string) => void): StatusView {
  let lines: readonly string[] = []
  const away = () => (lines.length === 0 ? '' : `\x1b[${lines.length}A\r${CLEAR_BELOW}`)
  const drawn = () => lines.map((line) => `${BOLD}${line}${RESET}\n`).join('')
  const draw = (above: string, next: readonly string[]) => {
    const erase = away()
    lines = next
    out(`${erase}${above}${drawn()}`)
  }
  return {
    write: (text) => draw(text, lines),
    show: (next) => {
      if (next.join('\n') !== lines.join('\n')) draw('', next)
    },
    end: () => draw('', []),
  }
}
