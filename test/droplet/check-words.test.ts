import { expect, it } from 'vitest'
import { getWords } from '../../src/droplet/check-words.ts'

it.each([
  ['http://localhost:8082/health?full=1', "localhost 8082 '/health?full=1'"],
  ['http://example.com', 'example.com 80 /'],
  ['http://[::1]:8082/', '::1 8082 /'],
])('reads %s as host, port and path', (url, words) => {
  expect(getWords(url)).toBe(words)
})
