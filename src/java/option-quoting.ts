/** One JVM option as one word of the variables that options arrive by. */

/**
 * One word of `JAVA_OPTS`, so that three readers find that word in it again: 4.x (`eval` of the text), 5.x (a
 * splitter that knows quotes) and Tomcat under 5.x (`eval`). 5.x first expands variables, makes `$` of `\$`, and
 * leaves a `$` before a quote alone. The memory calculator, which splits at blanks and knows no quotes, reads no
 * size out of a part of it.
 *
 * @param word without newlines, which no quoting brings through all of them
 */
export function quoteJavaOption(word: string): string {
  if (word === '') return "''"
  // 5.x cuts blanks off the end of the whole text, with or without a backslash before them.
  const end = /\s$/.test(word) ? word.slice(-1) : ''
  const quoted = word
    .slice(0, word.length - end.length)
    .replace(/[^\w./:,+=@%\u0080-\uffff-]/g, (letter) => (letter === '$' ? "'$'" : `\\${letter}`))
    .replace(/(?<=\s)-/g, '\\-')
  return end === '' ? quoted : `${quoted}'${end}'`
}

/**
 * One word of `JAVA_TOOL_OPTIONS`, which HotSpot splits at blanks: quotes of either kind hold together what is between
 * them, and nothing else is special.
 *
 * @param word neither empty nor with newlines
 */
export function quoteToolOption(word: string): string {
  return word
    .split('"')
    .map((part) => (/[\s']/.test(part) ? `"${part}"` : part))
    .join(`'"'`)
}
