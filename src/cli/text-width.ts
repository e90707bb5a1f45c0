/** How many columns of a terminal a text takes: a Chinese letter two, one of several code points what it shows. */
import stringWidth from 'string-width'

const GRAPHEMES = new Intl.Segmenter()
/** What would move the cursor or change the direction of the text. */
const NOT_FOR_A_LINE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

export function widthOf(text: string): number {
  return stringWidth(text)
}

/** A text as one line of at most so many columns, cut with an ellipsis. */
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

/** Blanks behind a text, up to so many columns. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)))
}
