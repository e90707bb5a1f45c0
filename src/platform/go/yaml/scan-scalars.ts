/** Scans the text of scalars of YAML 1.1. */
import { type Cursor, isBreak, isGap, isSpaceOrTab } from './cursor.ts'

/** White space between two words: spaces within a line, or line breaks, the first of which is folded to a space. */
class Gap {
  #blanks = ''
  #first = ''
  #further = ''
  /** Whether a line has ended. */
  isBroken = false

  take(cursor: Cursor): void {
    if (isSpaceOrTab(cursor.peek())) {
      const blank = cursor.take()
      if (!this.isBroken) this.#blanks += blank
    } else if (this.isBroken) this.#further += cursor.takeBreak()
    else {
      this.#first = cursor.takeBreak()
      this.isBroken = true
    }
  }

  /** Its folded text; then clears it. */
  close(): string {
    const folded = this.#first === '\n' ? this.#further || ' ' : this.#first + this.#further
    const text = this.isBroken ? folded : this.#blanks
    this.#blanks = this.#first = this.#further = ''
    this.isBroken = false
    return text
  }

  /** An escaped line break gives no text, and the spaces after it are indentation. */
  escapeBreak(cursor: Cursor): void {
    cursor.takeBreak()
    this.isBroken = true
  }
}

const isSpace = (cursor: Cursor) => isSpaceOrTab(cursor.peek()) || isBreak(cursor.peek())
const isDocumentIndicator = (cursor: Cursor) => cursor.isAt('---') || cursor.isAt('...')

/**
 * @param indent the minimum column of its lines
 * @returns `endsLine`: whether a line ends after it
 */
export function scanPlain(
  cursor: Cursor,
  indent: number,
  inFlow: boolean,
): { readonly text: string; readonly endsLine: boolean } {
  const gap = new Gap()
  let text = ''
  while (!isDocumentIndicator(cursor) && cursor.peek() !== '#') {
    while (!isGap(cursor.peek()) && !endsPlain(cursor, inFlow)) text += gap.close() + cursor.take()
    if (!isSpace(cursor)) break
    while (isSpace(cursor)) {
      if (gap.isBroken && cursor.column < indent && cursor.peek() === '\t') {
        cursor.fail('found a tab character that violates indentation')
      }
      gap.take(cursor)
    }
    if (!inFlow && cursor.column < indent) break
  }
  return { text, endsLine: gap.isBroken }
}

function endsPlain(cursor: Cursor, inFlow: boolean): boolean {
  return (cursor.peek() === ':' && isGap(cursor.peek(1))) || (inFlow && /[,?[\]{}]/.test(cursor.peek()))
}

export function scanQuoted(cursor: Cursor): string {
  const quote = cursor.take()
  const gap = new Gap()
  let text = ''
  for (;;) {
    if (isDocumentIndicator(cursor)) cursor.fail('found unexpected document indicator')
    if (cursor.peek() === '') cursor.fail('found unexpected end of stream')
    while (!isGap(cursor.peek())) {
      if (cursor.peek() === quote) {
        if (quote === '"' || cursor.peek(1) !== quote) break
        cursor.skip()
        text += cursor.take()
      } else if (quote === '"' && cursor.peek() === '\\') {
        if (isBreak(cursor.peek(1))) {
          cursor.skip()
          gap.escapeBreak(cursor)
          break
        }
        text += scanEscape(cursor)
      } else text += cursor.take()
    }
    if (cursor.peek() === quote) break
    while (isSpace(cursor)) gap.take(cursor)
    text += gap.close()
  }
  cursor.skip()
  return text
}

const ESCAPES: Readonly<Record<string, string>> = {
  0: '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function scanEscape(cursor: Cursor): string {
  const letter = cursor.peek(1)
  const digits = DIGITS[letter]
  const plain = ESCAPES[letter]
  if (digits === undefined) {
    if (plain === undefined) cursor.fail('found unknown escape character')
    cursor.skip(2)
    return plain
  }
  cursor.skip(2)
  let hex = ''
  while (hex.length < digits && /[0-9A-Fa-f]/.test(cursor.peek(hex.length))) hex += cursor.peek(hex.length)
  if (hex.length < digits) cursor.fail('did not find expected hexdecimal number')
  const code = Number.parseInt(hex, 16)
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    cursor.fail('found invalid Unicode character escape code')
  }
  cursor.skip(digits)
  return String.fromCodePoint(code)
}

/**
 * `|` or `>` with its lines.
 * @param outer the enclosing indentation, -1 at the root
 */
export function scanBlock(cursor: Cursor, outer: number): string {
  const isLiteral = cursor.take() === '|'
  const { chomping, increment } = scanBlockHeader(cursor)
  let indent = increment > 0 ? Math.max(outer, 0) + increment : 0
  let text = ''
  let lastBreak = ''
  let isIndentedMore = false
  const leading = scanBlockBreaks(cursor, indent)
  indent ||= Math.max(leading.column, outer + 1, 1)
  let { breaks } = leading
  while (cursor.column === indent && cursor.peek() !== '') {
    const startsBlank = isSpaceOrTab(cursor.peek())
    const folds = !isLiteral && !isIndentedMore && !startsBlank && lastBreak === '\n'
    text += folds ? (breaks === '' ? ' ' : '') : lastBreak
    text += breaks
    isIndentedMore = startsBlank
    text += cursor.takeWhile((char) => !isBreak(char))
    lastBreak = cursor.takeBreak()
    breaks = scanBlockBreaks(cursor, indent).breaks
  }
  return text + (chomping === '-' ? '' : lastBreak) + (chomping === '+' ? breaks : '')
}

function scanBlockHeader(cursor: Cursor): { readonly chomping: string; readonly increment: number } {
  const takeChomping = () => (/[-+]/.test(cursor.peek()) ? cursor.take() : '')
  let chomping = takeChomping()
  if (cursor.peek() === '0') cursor.fail('found an indentation indicator equal to 0')
  const increment = /[1-9]/.test(cursor.peek()) ? Number(cursor.take()) : 0
  if (increment > 0) chomping ||= takeChomping()
  cursor.takeWhile(isSpaceOrTab)
  cursor.skipComment()
  if (!isGap(cursor.peek())) cursor.fail('did not find expected comment or line break')
  cursor.takeBreak()
  return { chomping, increment }
}

/**
 * Empty lines, and the indentation of the line after them.
 * @param indent 0: not determined yet
 * @returns `column`: the largest indentation
 */
function scanBlockBreaks(
  cursor: Cursor,
  indent: number,
): { readonly breaks: string; readonly column: number } {
  let breaks = ''
  let column = 0
  const isInside = () => indent === 0 || cursor.column < indent
  for (;;) {
    while (isInside() && cursor.peek() === ' ') cursor.skip()
    column = Math.max(column, cursor.column)
    if (isInside() && cursor.peek() === '\t') {
      cursor.fail('found a tab character where an indentation space is expected')
    }
    if (!isBreak(cursor.peek())) return { breaks, column }
    breaks += cursor.takeBreak()
  }
}
