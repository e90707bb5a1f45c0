import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { evenParts } from '../../../src/packaging/bundle/even-parts.ts'

const noise = randomBytes(64 * 1024)
const text = Buffer.from('one line of a table, and the next\n'.repeat(2000)).subarray(0, 64 * 1024)

test('cuts where one kind of bytes ends and another begins', () => {
  expect([...evenParts(Buffer.concat([noise, text, noise]))].map((part) => part.length)).toEqual([
    noise.length,
    text.length,
    noise.length,
  ])
})

test('leaves whole what is of one kind', () => {
  for (const bytes of [noise, text]) expect([...evenParts(bytes)]).toHaveLength(1)
})

test.each([0, 1, 8191, 8192, 8193, 100_001])('loses nothing of %s bytes', (size) => {
  const bytes = Buffer.concat([noise, text]).subarray(0, size)
  expect(Buffer.concat([...evenParts(bytes)]).equals(bytes)).toBe(true)
})
