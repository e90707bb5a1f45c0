import { expect, test } from 'vitest'
import { goTrim, rubyStrip } from '../../src/platform/trim.ts'

test.each([
  ['\u0085 \u00a0a b\u3000\n', 'a b'],
  ['\ufeffa', '\ufeffa'],
  ['\0a', '\0a'],
  [' \t', ''],
])('Go trims %j to %j', (text, trimmed) => {
  expect(goTrim(text)).toBe(trimmed)
})

test.each([
  ['\0\t\n\v\f\r a b \0', 'a b'],
  ['\u00a0a\u0085', '\u00a0a\u0085'],
  [' ', ''],
])('Ruby strips %j to %j', (text, stripped) => {
  expect(rubyStrip(text)).toBe(stripped)
})

test('blanks within a text cost no time', () => {
  const text = `a${' '.repeat(1_000_000)}b`
  const started = performance.now()
  expect([goTrim(text), rubyStrip(text)]).toEqual([text, text])
  expect(performance.now() - started).toBeLessThan(2000)
})
