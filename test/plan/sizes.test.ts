import { expect, it } from 'vitest'
import { describeSize } from '../../src/plan/sizes.ts'

it.each([
  [64 * 1024 ** 2, '64M'],
  [2 * 1024 ** 3, '2G'],
  [1.5 * 1024 ** 2, '1.5M'],
  [312_235 * 1024, '304.9M'],
  [1, '0M'],
])('describes %i bytes as %s', (bytes, text) => {
  expect(describeSize(bytes)).toBe(text)
})
