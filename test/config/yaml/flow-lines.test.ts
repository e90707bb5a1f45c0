import { describe, expect, test } from 'vitest'
import type { YamlNode } from '../../../src/config/yaml/nodes.ts'
import { parseYaml } from '../../../src/config/yaml/parse.ts'
import { Problems } from '../../../src/problems/problems.ts'

function read(text: string) {
  const problems = new Problems()
  const node = parseYaml(text, 'f', problems)
  return { node, problems: problems.sorted() }
}

/** Each scalar with the part of the text that its offsets name, and its line and column. */
function scalars(node: YamlNode | undefined, text: string): string[] {
  if (!node) return []
  if (node.kind === 'scalar') {
    return [`${node.text} ${text.slice(node.start, node.end)} ${node.place.line}:${node.place.column}`]
  }
  const inside = node.kind === 'list' ? node.items : node.entries.flatMap(({ key, value }) => [key, value])
  return inside.flatMap((each) => scalars(each, text))
}

describe('inside brackets, braces and quotes a line may begin anywhere', () => {
  test.each<[string, string, readonly string[]]>([
    ['a closing bracket below its key', 'a:\n  b: [\n    c\n  ]\n', ['a a 1:1', 'b b 2:3', 'c c 3:5']],
    [
      'items and brackets in the first column, with comments between',
      'a: [ # one ]\nb,\n# two\n"c"\n]\nd: e\n',
      ['a a 1:1', 'b b 2:1', 'c "c" 4:1', 'd d 6:1', 'e e 6:4'],
    ],
    [
      'braces, after Windows line ends',
      'a: {\r\nb: c\r\n}\r\nd: e\r\n',
      ['a a 1:1', 'b b 2:1', 'c c 2:4', 'd d 4:1', 'e e 4:4'],
    ],
    ['tabs', 'a: [\n\tb,\n\tc\n]\n', ['a a 1:1', 'b b 2:2', 'c c 3:2']],
    [
      'a quoted text',
      'a:\n  b: "c\nd"\ne: f\n',
      ['a a 1:1', 'b b 2:3', 'c d "c\nd" 2:6', 'e e 4:1', 'f f 4:4'],
    ],
  ])('%s', (_, text, expected) => {
    const { node, problems } = read(text)
    expect(problems).toEqual([])
    expect(scalars(node, text)).toEqual(expected)
  })

  test('hundreds of them', () => {
    const items = Array.from({ length: 300 }, (_, at) => `item-${at}`)
    const { node, problems } = read(`a: [\n${items.join(',\n')}\n]\nb: c\n`)
    expect(problems).toEqual([])
    expect(scalars(node, '').at(-1)).toBe('c  303:4')
  })
})

test('not more than 500 of them', () => {
  const { problems } = read(`a: [\n${'b,\n'.repeat(500)}]\n`)
  expect(problems.map(({ place }) => place?.line)).toEqual([502])
})

test.each([
  ['a bracket', 'a: [\n  b\nc: d\ne: f\n', 3],
  ['a bracket before the last line', 'a: [\nb', 2],
  ['a bracket before an indented line', 'a: [\nb,\n  c', 2],
  ['a quote', 'a: "b\nc: d\n', 2],
  ['a quote behind a bracket below its key', 'a: [\n  b\n]\nc: "d\ne: f\ng: h\n', 5],
])('%s that nobody closes is told where the next line begins', (_, text, line) => {
  const { problems } = read(text)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject({
    place: { line, column: 1 },
    instead: 'close the bracket, brace or quote that is open before this line',
  })
})

test('a mistake behind such a line has its own place', () => {
  const { problems } = read('a: [\nb\n]\nc: d\n e: f\n')
  expect(problems.map(({ place }) => place?.line)).toEqual([5])
})

test('a line outside of brackets and quotes is not read as indented more than it is', () => {
  expect(read('a: |\n  b\n c: d\n').problems).toHaveLength(1)
})
