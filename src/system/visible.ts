/**
 * Foreign text, such as names of sidecars, entries of a jar and file names, may hold control characters that rewrite the
 * screen or forge a line of a log. They are shown as JSON escapes, `\u001b`, which also keep JSON the same JSON.
 */

/** C0, DEL and C1 except the newline; line and paragraph separators; what turns the direction of text (Unicode UAX #9). */
const CONTROLS = /(?!\n)[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** A text of our own, which may have several lines. */
export function visible(text: string): string {
  return text.replace(CONTROLS, escaped)
}

/** The same for what has to stay in one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '\\u000a')
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
