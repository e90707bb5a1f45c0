/** Text in quotes as the platform's parts print it: Go's `strconv.Quote`. */
import { isUtf8 } from 'node:buffer'

const LONGEST_CHARACTER = 4
const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
}

export function goQuote(bytes: Buffer): string {
  let quoted = ''
  for (let at = 0; at < bytes.length; ) {
    const character = characterAt(bytes, at)
    quoted += character === undefined ? escaped('x', 2, bytes[at] ?? 0) : quoteCharacter(character)
    at += character === undefined ? 1 : Buffer.byteLength(character)
  }
  return `"${quoted}"`
}

/** Undefined where the bytes are not UTF-8. */
function characterAt(bytes: Buffer, start: number): string | undefined {
  for (let length = 1; length <= Math.min(LONGEST_CHARACTER, bytes.length - start); length++) {
    const character = bytes.subarray(start, start + length)
    if (isUtf8(character)) return character.toString('utf8')
  }
  return undefined
}

function quoteCharacter(character: string): string {
  const short = SHORT[character]
  if (short !== undefined) return short
  if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return escaped('x', 2, code)
  return code < 0x10000 ? escaped('u', 4, code) : escaped('U', 8, code)
}

function escaped(letter: string, digits: number, code: number): string {
  return `\\${letter}${code.toString(16).padStart(digits, '0')}`
}
