import { expect, test } from 'vitest'
import { HeadReader, UnreadableAnswer } from '../../../src/diego/health/head-reader.ts'

/** What is read from the answer when it comes in pieces. */
function readInPieces(answer: string, size: number) {
  const bytes = Buffer.from(answer, 'latin1')
  const reader = new HeadReader()
  for (let at = 0; at < bytes.length; at += size) {
    const found = reader.read(bytes.subarray(at, at + size))
    if (found) return { ...found.head, rest: String(found.rest) + String(bytes.subarray(at + size)) }
  }
  return undefined
}

test.each([1, 2, 3, 7, 1000])('an answer in pieces of %d bytes is the same', (size) => {
  const answer =
    'HTTP/1.1 100 C\n\nHTTP/1.1 103 E\r\nlink: a\n\r\nHTTP/1.1 302 F\nLocation:\r\n /a\r\n\t \r\n b\r\n\r\nrest'
  expect(readInPieces(answer, size)).toMatchObject({ status: 302, location: '/a  b', rest: 'rest' })
})

test('an answer without headers has an empty line behind its status line', () => {
  expect(readInPieces('HTTP/1.1 200 OK\r\n\r\n', 4)).toMatchObject({ status: 200, rest: '' })
  expect(readInPieces('HTTP/1.1 200 OK\r\n', 4)).toBeUndefined()
})

test('a status line that is none is refused before the headers are complete', () => {
  expect(() => readInPieces('HTTP/1.1 20 OK\nA: b\n', 1000)).toThrow(UnreadableAnswer)
})

test.each([
  ['a megabyte of informational answers', 'HTTP/1.1 100 C\r\n\r\n'.repeat(60_000), 60],
  ['a header that is repeated', `HTTP/1.1 200 O\r\n${'a:\r\n'.repeat(100_000)}`, 60],
  ['a header that is continued', `HTTP/1.1 200 O\r\na: b\r\n${' c\r\n'.repeat(200_000)}`, 60],
])('%s takes no longer than its length asks for', (_, beginning, pieces) => {
  const answer = `${beginning}${beginning.endsWith('\r\n\r\n') ? 'HTTP/1.1 200 O\r\n' : ''}\r\n`
  const started = performance.now()
  expect(readInPieces(answer, Math.ceil(answer.length / pieces))).toMatchObject({ status: 200 })
  expect(performance.now() - started).toBeLessThan(3000)
})
