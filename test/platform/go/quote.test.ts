import { expect, test } from 'vitest'
import { goQuote } from '../../../src/platform/go/quote.ts'

// Results of Go 1.26's strconv.Quote.
test.each([
  ['plain ä € 🚀', '"plain ä € 🚀"'],
  ['\x07\b\f\n\r\t\v\\"\'', String.raw`"\a\b\f\n\r\t\v\\\"'"`],
  ['\0\x1b\x7f', String.raw`"\x00\x1b\x7f"`],
  ['\u0080\u00a0\u00ad\u2028\ufeff', String.raw`"\u0080\u00a0\u00ad\u2028\ufeff"`],
  ['\u{e0001}\u{10ffff}', String.raw`"\U000e0001\U0010ffff"`],
  [Buffer.from([0xff, 0xc3, 0x41, 0xe2, 0x82]), String.raw`"\xff\xc3A\xe2\x82"`],
  ['\ufffd', '"\ufffd"'],
])('%j is quoted as %s', (text, quoted) => {
  expect(goQuote(Buffer.from(text as string))).toBe(quoted)
})
