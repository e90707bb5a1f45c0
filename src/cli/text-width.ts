/** The width of a string in terminal columns: two for a Chinese character; combined code points count once. */
import stringWidth from 'string-width'

const GRAPHEMES = new Intl.Segmenter()
/** Characters that move the cursor or change the direction of text. */
const NOT_FOR_A_LINE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

export function widthOf(text: string): number {
  return stringWidth(text)
}

/** Shortens a string to one line of at most `columns`, with an ellipsis. */
export function shorten(text: string, columns: number): string {
  const plain = text.replace(NOT_FOR_A_LINE, ' ')
  if (stringWidth(plain) <= columns) return plain
  let kept = ''
  for (const { segment } of GRAPHEMES.segment(plain)) {
    if (stringWidth(kept + segment) >= columns) break
    kept += segment
  }
  return columns > 0 ? `${kept}…` : ''
}

export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)))
}
