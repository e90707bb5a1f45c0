import { visibleLine } from '../problems/visible.ts'
import { describeBytes } from '../system/byte-size.ts'
import type { CommandLine } from './command-line.ts'

/** Milliseconds after which work is long. */
const PATIENCE = 500

/** A line that is rewritten, on a terminal only, and only when the work takes long. @param what stands before the figure */
export function progressLine(what: string, line: CommandLine, isQuiet: boolean) {
  let start: number | undefined
  let isDrawn = false
  return {
    show: (done: number, total: number) => {
      start ??= performance.now()
      if (isQuiet || !line.isTerminal || performance.now() - start < PATIENCE) return
      isDrawn = true
      const text = `  ${what}${Math.floor((100 * done) / Math.max(1, total))} % of ${describeBytes(total)}`
      line.err(redraw(text))
    },
    clear: () => {
      if (isDrawn) line.err(redraw(''))
    },
  }
}

/** The bytes that replace the current line of a terminal; an empty string clears it. */
export function redraw(text: string): Uint8Array {
  return Buffer.from(`\r\x1b[K${visibleLine(text)}`)
}
