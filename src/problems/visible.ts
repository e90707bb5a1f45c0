/**
 * Text from elsewhere (names of sidecars, entries of a jar, file names) may contain control characters that rewrite the
 * screen or forge a log line. They are shown as JSON escapes, `\u001b`, which leaves the meaning of JSON unchanged.
 */

/** C0, DEL and C1 except the newline; line and paragraph separators; characters that change the direction of text (Unicode UAX #9). */
const CONTROLS = /(?!\n)[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** For messages, which may have several lines. */
export function visible(text: string): string {
  return text.replace(CONTROLS, escaped)
}

/** The same for text that must stay on one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '\\u000a')
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
