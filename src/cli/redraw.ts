import { visibleLine } from '../problems/visible.ts'

/** The bytes that replace the current line of a terminal; an empty string clears it. */
export function redraw(text: string): Uint8Array {
  return Buffer.from(`\r\x1b[K${visibleLine(text)}`)
}
