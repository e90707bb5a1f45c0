/** Shows the progress of a long download: a line every few seconds, or a bar on a terminal. */
import { describeMebibytes } from '../../system/byte-size.ts'

interface ProgressOutput {
  /** Writes a line. */
  readonly info: (text: string) => void
  /** Rewrites the current line of a terminal (an empty string clears it); absent: no terminal. */
  readonly draw?: (text: string) => void
}

const LINE_EVERY = 5000
const DRAW_EVERY = 100
const BAR = 30

/** @param name of the download, for the user */
export function showProgress(name: string, { info, draw }: ProgressOutput) {
  const every = draw ? DRAW_EVERY : LINE_EVERY
  let last = performance.now()
  return {
    update(received: number, total: number | undefined): void {
      const now = performance.now()
      if (now - last < every) return
      last = now
      if (draw) draw(`${name} ${bar(received, total)}`)
      else info(`${name}: ${amount(received, total)}`)
    },
    end(): void {
      draw?.('')
    },
  }
}

/** `45 % of 104.0 MiB`, or `47.3 MiB` if the total is unknown. */
function amount(received: number, total: number | undefined): string {
  return total
    ? `${Math.floor((received / total) * 100)} % of ${describeMebibytes(total)}`
    : describeMebibytes(received)
}

function bar(received: number, total: number | undefined): string {
  if (!total) return describeMebibytes(received)
  const full = Math.min(BAR, Math.round((received / total) * BAR))
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${amount(received, total)}`
}
