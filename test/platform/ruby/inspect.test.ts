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

const NAMES = 'name ready? set= ready! A= é é= 😀 _ @a @@a $a $1 $12 $~ $-w'
const OPERATORS = '+ - +@ -@ ! != !~ ~ / % & ^ | * ** < << <= <=> > >> >= == === =~ [] []= `'

test.each(`${NAMES} ${OPERATORS}`.split(' '))('a symbol is plain if it could be written so: %s', (name) => {
  expect(inspectSymbol(name)).toBe(`:${name}`)
})

test.each('9lives a-b a?= a!= @ @@ @1 $ $- $12a = !@ ~@ x.y a@ @a? @a= ***'.split(' '))(
  'a symbol is quoted otherwise: %s',
  (name) => {
    expect(inspectSymbol(name)).toBe(`:"${name}"`)
  },
)

test.each([
  ['a b', ':"a b"'],
  ['', ':""'],
  ['a\x00', String.raw`:"a\x00"`],
  ['\x7f\\u0041', String.raw`:"\x7F\\u0041"`],
  ['é\x00', String.raw`:"é\u0000"`],
  ['a\u2028', String.raw`:"a\u2028"`],
])('a symbol escapes bytes if it is ASCII, else characters: %j', (name, printed) => {
  expect(inspectSymbol(name)).toBe(printed)
})

test('a hash prints its strings quoted and its numbers plain', () => {
  expect(inspectHash({ reason: 'CRASHED', index: 0, ready: false })).toBe(
    '{"reason"=>"CRASHED", "index"=>0, "ready"=>false}',
  )
})

test('a long symbol costs no time', () => {
  const started = performance.now()
  expect(inspectSymbol('\\'.repeat(200_000))).toHaveLength(400_003)
  expect(performance.now() - started).toBeLessThan(2000)
})
