/** What a YAML 1.1 reader sees of a text before it looks at its structure. */
import type { Place } from '../../config/problems.ts'
import { GoYamlError } from './error.ts'

const UNPRINTABLE =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** @throws GoYamlError for a character that YAML 1.1 does not allow bare */
export function refuseUnprintable(text: string): void {
  const found = UNPRINTABLE.exec(text)
  if (found) throw new GoYamlError('yaml: control characters are not allowed', found.index)
}

/** Without what follows the first document: the platform's reader never looks at that. */
export function firstDocument(text: string): string {
  const marker = /^(?:---|\.\.\.)(?=[ \t\r\n\x85\u2028\u2029]|$)/gm
  let begun = false
  let from = 0
  for (let found = marker.exec(text); found; found = marker.exec(text)) {
    begun ||= hasContent(text.slice(from, found.index))
    if (begun) return text.slice(0, found.index)
    begun = found[0] === '---'
    from = found.index + 3
  }
  return text
}

/** Whether there is more than comments, directives and blanks. */
const hasContent = (text: string) => /^(?![ \t]*(?:#|$))(?!%)/m.test(text.replaceAll('\r', ''))

/** U+0085 is a line break in YAML 1.1 and reads as a newline; U+2028 and U+2029 are left to the scalars. */
export function normalizeBreaks(text: string): string {
  return text.replaceAll('\x85', '\n')
}

/** @param offset in `text`, in UTF-16 units */
export function placeAt(text: string, offset: number, file: string): Place {
  const before = text.slice(0, Math.max(offset, 0))
  const lineStart = before.lastIndexOf('\n') + 1
  return { file, line: before.split('\n').length, column: before.length - lineStart + 1 }
}
