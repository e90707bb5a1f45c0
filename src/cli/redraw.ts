import { visibleLine } from '../system/visible.ts'

/** What puts a text in the place of the current line of a terminal; an empty text clears it. */
export function redraw(text: string): Uint8Array {
  return Buffer.from(`\r\x1b[K${visibleLine(text)}`)
}
