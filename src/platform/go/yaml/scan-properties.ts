/** Scans properties of nodes and directives, which begin with `&`, `*`, `!` or `%`. */
import { type Cursor, isBreak, isGap, isSpaceOrTab } from './cursor.ts'

const isWord = (char: string) => /[0-9A-Za-z_-]/.test(char)

/** `&name` or `*name`. */
export function scanAnchor(cursor: Cursor): string {
  cursor.skip()
  const name = cursor.takeWhile(isWord)
  if (name === '' || !(isGap(cursor.peek()) || '?:,]}%@`'.includes(cursor.peek()))) {
    cursor.fail('did not find expected alphabetic or numeric character')
  }
  return name
}

/** `handle` is looked up among the document's; '' if the tag is complete without it. */
export interface WrittenTag {
  readonly handle: string
  readonly suffix: string
}

/** `!suffix`, `!handle!suffix`, `!<whole>`, or a lone `!`. */
export function scanTag(cursor: Cursor): WrittenTag {
  const tag = scanTagParts(cursor)
  if (!isGap(cursor.peek())) cursor.fail('did not find expected whitespace or line break')
  return tag
}

function scanTagParts(cursor: Cursor): WrittenTag {
  if (cursor.peek(1) === '<') {
    cursor.skip(2)
    const suffix = scanUri(cursor)
    if (cursor.peek() !== '>') cursor.fail("did not find the expected '>'")
    cursor.skip()
    return { handle: '', suffix }
  }
  const handle = scanHandle(cursor)
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(cursor) }
  const suffix = scanUri(cursor, handle)
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix }
}

function scanHandle(cursor: Cursor): string {
  if (cursor.peek() !== '!') cursor.fail("did not find expected '!'")
  const name = cursor.take() + cursor.takeWhile(isWord)
  return cursor.peek() === '!' ? name + cursor.take() : name
}

/** @param head text that was scanned as a handle, but is the beginning of the URI after `!` */
function scanUri(cursor: Cursor, head = ''): string {
  let uri = head.slice(1)
  for (;;) {
    uri += cursor.takeWhile((char) => isWord(char) || ";/?:@&=+$,.!~*'()[]".includes(char))
    if (cursor.peek() !== '%') break
    uri += scanUriEscape(cursor)
  }
  if (uri === '' && head === '') cursor.fail('did not find expected tag URI')
  return uri
}

/** One character with its escaped UTF-8 bytes. */
function scanUriEscape(cursor: Cursor): string {
  const octet = () => {
    const hex = cursor.peek(1) + cursor.peek(2)
    if (cursor.peek() !== '%' || !/^[0-9A-Fa-f]{2}$/.test(hex)) cursor.fail('did not find URI escaped octet')
    return Number.parseInt(hex, 16)
  }
  const lead = octet()
  const length = lead < 0x80 ? 1 : lead >> 5 === 6 ? 2 : lead >> 4 === 14 ? 3 : lead >> 3 === 30 ? 4 : 0
  if (length === 0) cursor.fail('found an incorrect leading UTF-8 octet')
  const bytes: number[] = []
  while (bytes.length < length) {
    const byte = octet()
    if (bytes.length > 0 && byte >> 6 !== 2) cursor.fail('found an incorrect trailing UTF-8 octet')
    bytes.push(byte)
    cursor.skip(3)
  }
  return Buffer.from(bytes).toString()
}

export type Directive =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'tag'; readonly handle: string; readonly prefix: string }

/** `%YAML 1.1` or `%TAG !handle! prefix`, with its line's end. */
export function scanDirective(cursor: Cursor): Directive {
  cursor.skip()
  const name = cursor.takeWhile(isWord)
  if (name === '') cursor.fail('could not find expected directive name')
  if (!isGap(cursor.peek())) cursor.fail('found unexpected non-alphabetical character')
  if (name !== 'YAML' && name !== 'TAG') cursor.fail('found unknown directive name')
  cursor.takeWhile(isSpaceOrTab)
  const directive = name === 'YAML' ? scanVersion(cursor) : scanTagDirective(cursor)
  cursor.takeWhile(isSpaceOrTab)
  cursor.skipComment()
  if (!isGap(cursor.peek())) cursor.fail('did not find expected comment or line break')
  if (isBreak(cursor.peek())) cursor.takeBreak()
  return directive
}

function scanVersion(cursor: Cursor): Directive {
  const major = scanNumber(cursor)
  if (cursor.peek() !== '.') cursor.fail("did not find expected digit or '.' character")
  cursor.skip()
  return { kind: 'version', version: `${major}.${scanNumber(cursor)}` }
}

function scanNumber(cursor: Cursor): number {
  const digits = cursor.takeWhile((char) => /[0-9]/.test(char))
  if (digits === '') cursor.fail('did not find expected version number')
  if (digits.length > 2) cursor.fail('found extremely long version number')
  return Number(digits)
}

function scanTagDirective(cursor: Cursor): Directive {
  const handle = scanHandle(cursor)
  if (handle !== '!' && !handle.endsWith('!')) cursor.fail("did not find expected '!'")
  if (!isSpaceOrTab(cursor.peek())) cursor.fail('did not find expected whitespace')
  cursor.takeWhile(isSpaceOrTab)
  const prefix = scanUri(cursor)
  if (!isGap(cursor.peek())) cursor.fail('did not find expected whitespace or line break')
  return { kind: 'tag', handle, prefix }
}
