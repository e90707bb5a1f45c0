/** Hashes in Ruby's notation, as `Hash#inspect` of Ruby 3.3 prints them: Cloud Controller logs its payloads so. */
export function rubyInspect(hash: Readonly<Record<string, string | number | bigint | boolean>>): string {
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

/** What is not printable, and what would begin an interpolation. */
const SPECIAL = /["\\]|#(?=[{$@])|[\p{Cc}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu

function inspectString(text: string): string {
  return `"${text.replaceAll(SPECIAL, (character) => ESCAPES[character] ?? escapeCharacter(character))}"`
}

function escapeCharacter(character: string): string {
  if (character === '#') return '\\#'
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
