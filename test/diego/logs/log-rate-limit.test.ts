import { expect, test } from 'vitest'
import { limitLogRate } from '../../../src/diego/logs/log-rate-limit.ts'

/** A limiter with a clock that is set by hand, milliseconds. */
function limiter(limit: Parameters<typeof limitLogRate>[0]) {
  let now = 0
  const said: string[] = []
  const allow = limitLogRate(limit, () => now)
  return {
    said,
    at: (time: number) => {
      now = time
    },
    count: (messages: number, bytes: number) =>
      Array.from({ length: messages }, () => allow?.(bytes, (text) => said.push(text))).filter(Boolean)
        .length,
  }
}

test('so many bytes pass at once, then nothing for a second, then what the second gave', () => {
  const { said, at, count } = limiter({ bytesPerSecond: 1000 })
  expect(count(100, 50)).toBe(20)
  expect(said).toEqual(['app instance exceeded log rate limit (1000 bytes/sec)'])
  at(999)
  expect(count(1, 1)).toBe(0)
  at(1000)
  expect(count(100, 50)).toBe(20)
  expect(said).toHaveLength(2)
})

test('a message of more than a second holds never passes', () => {
  const { said, at, count } = limiter({ bytesPerSecond: 1000 })
  at(60_000)
  expect(count(1, 1001)).toBe(0)
  expect(said).toHaveLength(1)
})

test('lines are limited by the operator', () => {
  const { said, at, count } = limiter({ linesPerSecond: 100 })
  at(500)
  expect(count(1000, 50)).toBe(100)
  expect(said).toEqual(['app instance exceeded log rate limit (100 log-lines/sec) set by platform operator'])
})

test('with a limit of 0 nothing passes, and nothing is said', () => {
  const { said, count } = limiter({ bytesPerSecond: 0 })
  expect(count(10, 1)).toBe(0)
  expect(said).toEqual([])
})

test('without a limit everything passes', () => {
  expect(limitLogRate({}, () => 0)).toBeUndefined()
})
