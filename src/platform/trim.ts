/** Removes characters at both ends, in one pass: a regular expression for it takes quadratic time. */
function trimmed(text: string, isSpace: (character: string) => boolean): string {
  let [start, end] = [0, text.length]
  while (start < end && isSpace(text.charAt(start))) start++
  while (start < end && isSpace(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** Go's `strings.TrimSpace`. */
export const goTrim = (text: string): string =>
  trimmed(text, (character) => character !== '\ufeff' && /[\s\u0085]/.test(character))

/** Ruby's `strip`. */
export const rubyStrip = (text: string): string => trimmed(text, (character) => /[\0\t-\r ]/.test(character))
