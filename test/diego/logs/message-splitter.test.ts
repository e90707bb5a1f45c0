import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageSplitter, type MessageText } from '../../../src/diego/logs/message-splitter.ts'

const LIMIT = 61_440

function messages(chunks: readonly (string | Buffer)[]): MessageText[] {
  const emitted: MessageText[] = []
  const splitter = new MessageSplitter((texts) => emitted.push(...texts))
  for (const chunk of chunks) splitter.write(Buffer.from(chunk as string))
  splitter.flush()
  return emitted
}

test('splits at newlines and carriage returns, and drops empty messages', () => {
  expect(messages(['one\ntwo\r\nthree\r33%\r66%\n\n\nend'])).toEqual([
    'one',
    'two',
    'three',
    '33%',
    '66%',
    'end',
  ])
})

test('holds a partial line until its rest or the end comes', () => {
  expect(messages(['par', 'tial', ' line\nlast', ' one'])).toEqual(['partial line', 'last one'])
})

test('keeps a character whose bytes come apart', () => {
  const bytes = Buffer.from('naïve — 🚀\n')
  expect(messages([...bytes].map((byte) => Buffer.from([byte])))).toEqual(['naïve — 🚀'])
})

test('cuts a long line at 60 KiB, not within a character', () => {
  const cut = messages([`${'x'.repeat(LIMIT - 1)}🚀${'y'.repeat(LIMIT)}\n`])
  expect(cut.map((text) => Buffer.byteLength(text))).toEqual([LIMIT - 1, LIMIT, 4])
  expect(String(cut[1]).startsWith('🚀y')).toBe(true)
})

test('loses nothing, however the bytes come', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll(/[\r\n]/g, ' '))
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 30 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
      (lines, sizes) => {
        const bytes = Buffer.from(lines.join('\n'))
        const chunks: Buffer[] = []
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value as number
          chunks.push(bytes.subarray(at, at + size))
          at += size
        }
        expect(messages(chunks)).toEqual(lines.filter((text) => text !== ''))
      },
    ),
  )
})

test('bytes that are not UTF-8 stay as they are, and are cut three bytes before the limit', () => {
  const short = Buffer.from([0xff, 0xfe, 0x00, 0x41])
  const long = Buffer.alloc(70_000, 0xff)
  const cut = messages([short, '\n', 'text\n', long, '\n', Buffer.from([0xc3]), '\n'])
  expect(cut.slice(0, 2)).toEqual([short, 'text'])
  expect(cut.slice(2).map((text) => text.length)).toEqual([LIMIT - 3, 70_000 - LIMIT + 3, 1])
})

test('a line of exactly the limit is one message', () => {
  const cut = messages(['a'.repeat(LIMIT), '\n', 'b'.repeat(LIMIT - 1), '\n', 'c'.repeat(LIMIT + 1), '\n'])
  expect(cut.map((text) => text.length)).toEqual([LIMIT, LIMIT - 1, LIMIT, 1])
})

test('U+FFFD before the limit is taken for an error, as by Go', () => {
  const cut = messages([`${'a'.repeat(LIMIT - 3)}\ufffd\n`])
  expect(cut.map((text) => Buffer.byteLength(text))).toEqual([LIMIT - 3, 3])
})

test('a character that begins before the limit in earlier output is split', () => {
  const [first, second] = [Buffer.from('\u20ac').subarray(0, 1), Buffer.from('\u20ac').subarray(1)]
  const cut = messages([Buffer.concat([Buffer.alloc(LIMIT - 2, 'a'), first]), second, '\n'])
  expect(cut.map((text) => Buffer.byteLength(text))).toEqual([LIMIT - 1, 2])
})
