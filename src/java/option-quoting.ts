/** Quotes a JVM option as one word of the variables that pass options. */

/**
 * One word of `JAVA_OPTS` for three readers: 4.x (`eval` of the string), 5.x (a splitter that supports quotes) and Tomcat
 * under 5.x (`eval`). 5.x first expands variables, turns `\$` into `$`, and keeps a `$` before a quote. The memory
 * calculator splits at spaces and ignores quotes; it must not find a size in a part of the word.
 *
 * @param word without newlines, which no quoting preserves in all of them
 */
export function quoteJavaOption(word: string): string {
  if (word === '') return "''"
  // 5.x removes spaces at the end of the whole string, even after a backslash.
  const end = /\s$/.test(word) ? word.slice(-1) : ''
  const quoted = word
    .slice(0, word.length - end.length)
    .replace(/[^\w./:,+=@%\u0080-\uffff-]/g, (letter) => (letter === '$' ? "'$'" : `\\${letter}`))
    .replace(/(?<=\s)-/g, '\\-')
  return end === '' ? quoted : `${quoted}'${end}'`
}

/**
 * One word of `JAVA_TOOL_OPTIONS`, which HotSpot splits at spaces outside single and double quotes; nothing else is
 * special.
 *
 * @param word neither empty nor with newlines
 */
export function quoteToolOption(word: string): string {
  return word
    .split('"')
    .map((part) => (/[\s']/.test(part) ? `"${part}"` : part))
    .join(`'"'`)
}
