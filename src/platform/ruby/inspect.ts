/** Values as Ruby 3.3's `inspect` prints them. test/platform/ruby compares them with a real Ruby. */

/** A hash with string keys: Cloud Controller logs event payloads this way. */
export function inspectHash(hash: Readonly<Record<string, string | number | bigint | boolean>>): string {
  const pairs = Object.entries(hash).map(
    ([key, value]) => `${inspectString(key)}=>${typeof value === 'string' ? inspectString(value) : value}`,
  )
  return `{${pairs.join(', ')}}`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\v': '\\v',
  '\b': '\\b',
  '\x07': '\\a',
  '\x1b': '\\e',
}

/** Ruby prints U+0085. */
const UNPRINTABLE = /(?!\u0085)[\p{Cc}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/u
/** Characters that are not printable, and `#` where it would start an interpolation. */
const SPECIAL = new RegExp(`["\\\\]|#(?=[{$@])|${UNPRINTABLE.source}`, 'gu')

/** A string in UTF-8. */
export const inspectString = (text: string): string => inspect(text, false)

/** @param asBytes escapes are `\x7F`, not `\u007F` */
function inspect(text: string, asBytes: boolean): string {
  return `"${text.replaceAll(SPECIAL, (character) => ESCAPES[character] ?? escapeCharacter(character, asBytes))}"`
}

function escapeCharacter(character: string, asBytes: boolean): string {
  if (character === '#') return '\\#'
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  if (asBytes) return `\\x${hex.padStart(2, '0')}`
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/** Names of variables and constants, with `=` as an assignment or `?` or `!`; every character beyond ASCII is a letter. */
const IDENTIFIER = /^(?:(?:@@?|\$)?(?![0-9])[\w\P{ASCII}]+|(?![0-9])[\w\P{ASCII}]+[?!=])$/u
const GLOBAL = /^\$(?:[~*$?!@/\\;,.=:<>"&`'+]|[0-9]+|-[\w\P{ASCII}])$/u
const OPERATOR = /^(?:[|^&/%~`]|\[\]=?|\*\*?|[-+]@?|![=~]?|<|<<|<=|<=>|>|>>|>=|==|===|=~)$/

/** A symbol: quoted unless it could be written without quotes. Without characters beyond ASCII its escapes are bytes. */
export function inspectSymbol(name: string): string {
  const isPlain = IDENTIFIER.test(name) || GLOBAL.test(name) || OPERATOR.test(name)
  if (isPlain && !UNPRINTABLE.test(name)) return `:${name}`
  return `:${inspect(name, !/\P{ASCII}/u.test(name))}`
}
