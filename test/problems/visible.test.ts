import { expect, it } from 'vitest'
import { visible, visibleLine } from '../../src/problems/visible.ts'

it('makes control characters visible, and nothing else', () => {
  expect(visible('\x1b[2J\r\0\x07\x7f\x9b31m\u2028\u2029\u202e\u2066')).toBe(
    '\\u001b[2J\\u000d\\u0000\\u0007\\u007f\\u009b31m\\u2028\\u2029\\u202e\\u2066',
  )
  expect(visible('Grüße, 日本語 👩‍👩‍👧 é | ▕██▏')).toBe('Grüße, 日本語 👩‍👩‍👧 é | ▕██▏')
  expect(visible('two\nlines\n')).toBe('two\nlines\n')
  expect(visibleLine('two\nlines\n')).toBe('two\\u000alines\\u000a')
})

it('leaves JSON the same JSON', () => {
  const value = { '\x7f\x9b': ['\u202e\u2028 \x1b', 'é'] }
  expect(JSON.parse(visible(JSON.stringify(value, null, 2)))).toEqual(value)
})
