import { expect, test } from 'vitest'
import { inspectHash, inspectString, inspectSymbol } from '../../../src/platform/ruby/inspect.ts'

// The expected values are what Ruby 3.1 prints.
test.each([
  ['a "b" \\ #{c} #$d #@e # f', String.raw`"a \"b\" \\ \#{c} \#$d \#@e # f"`],
  ['\n\r\t\f\v\b\x07\x1b', String.raw`"\n\r\t\f\v\b\a\e"`],
  ['\x00\x01\x1f\x7f', String.raw`"\u0000\u0001\u001F\u007F"`],
  ['\x85', '"\x85"'],
  ['\u2028\u0378\u{10ffff}', String.raw`"\u2028\u0378\u{10FFFF}"`],
  ['\u00a0\u00ad\u200b\ue000😀', '"\u00a0\u00ad\u200b\ue000😀"'],
])('a string prints as in Ruby: %j', (text, printed) => {
  expect(inspectString(text)).toBe(printed)
})

test('a symbol is quoted unless it is an identifier', () => {
  expect(['name', 'ready?', '9lives', 'a b'].map(inspectSymbol)).toEqual([
    ':name',
    ':ready?',
    ':"9lives"',
    ':"a b"',
  ])
})

test('a hash prints its strings quoted and its numbers plain', () => {
  expect(inspectHash({ reason: 'CRASHED', index: 0, ready: false })).toBe(
    '{"reason"=>"CRASHED", "index"=>0, "ready"=>false}',
  )
})
