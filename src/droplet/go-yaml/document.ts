/** The text of a YAML 1.1 document: its characters and its places. */
import type { Place } from '../../config/problems.ts'
import { GoYamlError } from './error.ts'

const UNPRINTABLE =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** @throws GoYamlError for a character that YAML 1.1 does not allow bare */
export function refuseUnprintable(text: string): void {
  const found = UNPRINTABLE.exec(text)
  if (found) throw new GoYamlError('yaml: control characters are not allowed', found.index)
}

/** @param offset in `text`, in UTF-16 units */
export function placeAt(text: string, offset: number, file: string): Place {
  const before = text.slice(0, Math.max(offset, 0))
  const lineStart = before.lastIndexOf('\n') + 1
  return { file, line: before.split('\n').length, column: before.length - lineStart + 1 }
}
