import { describe, expect, it } from 'vitest'
import type { YamlNode } from '../../../src/config/yaml/nodes.ts'
import { parseYaml } from '../../../src/config/yaml/parse.ts'
import { describeProblem, Problems } from '../../../src/problems/problems.ts'

function parse(text: string) {
  const problems = new Problems()
  const node = parseYaml(text, 'f', problems)
  return { node, problems: problems.sorted().map(describeProblem) }
}

/** A node with its place: `1:1 {1:1 a: 1:4 b}`; a plain scalar has no quotes. */
function drawn(node: YamlNode | undefined): string {
  if (!node) return 'nothing'
  const place = `${node.place.line}:${node.place.column}`
  if (node.kind === 'scalar') return `${place} ${node.plain ? node.text : JSON.stringify(node.text)}`
  return node.kind === 'list'
    ? `${place} [${node.items.map(drawn).join(', ')}]`
    : `${place} {${node.entries.map(({ key, value }) => `${drawn(key)}: ${drawn(value)}`).join(', ')}}`
}

describe('nodes with their places', () => {
  it.each([
    ['', 'nothing'],
    ['# a\n', 'nothing'],
    ['--- a\n', '1:5 a'],
    ['---\n', '1:1 '],
    ['a: [b, {c: d}]\n', '1:1 {1:1 a: 1:4 [1:5 b, 1:8 {1:9 c: 1:12 d}]}'],
    ['"a": \'b\'\n', '1:1 {1:1 "a": 1:6 "b"}'],
    ['a: |\n  b\nc: >\n  d\n', '1:1 {1:1 a: 2:1 "b\\n", 3:1 c: 4:1 "d\\n"}'],
    [
      'a: !!str b\nc: ! d\ne: !<tag:yaml.org,2002:str> f\n',
      '1:1 {1:1 a: 1:10 "b", 2:1 c: 2:6 "d", 3:1 e: 3:29 "f"}',
    ],
    ['a: !!map {b: c}\nd: !!seq [e]\n', '1:1 {1:1 a: 1:10 {1:11 b: 1:14 c}, 2:1 d: 2:10 [2:11 e]}'],
    ['a: &x b\nc: *x\n', '1:1 {1:1 a: 1:7 b, 2:1 c: 1:7 b}'],
    ['a: &x b\nc: &x d\ne: *x\n', '1:1 {1:1 a: 1:7 b, 2:1 c: 2:7 d, 3:1 e: 2:7 d}'],
  ])('%j', (text, expected) => {
    const { node, problems } = parse(text)
    expect([drawn(node), problems]).toEqual([expected, []])
  })

  it.each([
    ['a:\nb: c\n', '1:1 {1:1 a: 1:1 , 2:1 b: 2:4 c}'],
    ['-\n- a\n-\n', '1:1 [1:1 , 2:3 a, 3:1 ]'],
    ['-\n-\n- # a - b\n\n-\n', '1:1 [1:1 , 2:1 , 3:1 , 5:1 ]'],
    ['- [a - b]\n-\n- {c: d}\n-\n', '1:1 [1:3 [1:4 a - b], 2:1 , 3:3 {3:4 c: 3:7 d}, 4:1 ]'],
    ['- "a - b"\n-\n- \'-\'\n-\n', '1:1 [1:3 "a - b", 2:1 , 3:3 "-", 4:1 ]'],
    ['- &x a\n- *x\n-\n', '1:1 [1:6 a, 1:6 a, 3:1 ]'],
    ['- []\n-\n- {}\n-\n- [a, ]\n-\n', '1:1 [1:3 [], 2:1 , 3:3 {}, 4:1 , 5:3 [5:4 a], 6:1 ]'],
    ['a:\n  - [b]\n  -\n', '1:1 {1:1 a: 2:3 [2:5 [2:6 b], 3:3 ]}'],
    ['- ""\n', '1:1 [1:3 ""]'],
  ])('an empty value has the place of its key or dash: %j', (text, expected) => {
    expect(drawn(parse(text).node)).toBe(expected)
  })

  it('scalars have their offsets, quotes included', () => {
    const text = 'a: [b, "c", \'d\']\n'
    const { node } = parse(text)
    const [entry] = node?.kind === 'map' ? node.entries : []
    const items = entry?.value.kind === 'list' ? entry.value.items : []
    const cut = [entry?.key, ...items].map((each) =>
      each?.kind === 'scalar' ? text.slice(each.start, each.end) : undefined,
    )
    expect(cut).toEqual(['a', 'b', '"c"', "'d'"])
  })
})

describe('a problem', () => {
  const KEYS =
    'start the keys of a map in the same column, and put quotes around a string with : # { } [ ] , & * ! | > % or @'
  const OPEN = 'close the bracket, brace or quote that is open before this line'
  it.each([
    ['a: b: c', `1:5: not valid YAML: bad indentation of a mapping entry; ${KEYS}`],
    [
      '\ta: b',
      '1:3: not valid YAML: end of the stream or a document separator is expected; indent with spaces, not with tabs',
    ],
    [
      'a:\n  \tb: c\n',
      '2:5: not valid YAML: bad indentation of a mapping entry; indent with spaces, not with tabs',
    ],
    ['a: [b\n', `2:1: not valid YAML: deficient indentation; ${OPEN}`],
    ['a: !x!y z\t# d\n', `1:8: not valid YAML: undeclared tag handle; ${KEYS}`],
    ['a: !b<c d\n', `1:8: not valid YAML: tag name cannot contain such characters; ${KEYS}`],
    ['a: b\n--- c\n', '2:1: the file contains 2 YAML documents; keep one, and remove the --- lines'],
    ['---\na: b\n---\n', '3:1: the file contains 2 YAML documents; keep one, and remove the --- lines'],
    [
      'a: |\n  ---\nb: c---\n---\n---\n',
      '4:1: the file contains 3 YAML documents; keep one, and remove the --- lines',
    ],
    ['a: b\n---\nc: d---\n', '2:1: the file contains 2 YAML documents; keep one, and remove the --- lines'],
    ['a: ----\n---', '2:1: the file contains 2 YAML documents; keep one, and remove the --- lines'],
    ['? [a]\n: b\n', '1:3: a key must be a string, got a list; write the key as a string'],
    ['{{}: b}', '1:2: a key must be a string, got a map; write the key as a string'],
    [
      'a: !b c\n',
      '1:4: this tag is not supported; remove it, or put quotes around a value that begins with !',
    ],
    [
      'a: !!map c\n',
      '1:4: this tag is not supported; remove it, or put quotes around a value that begins with !',
    ],
    [
      'a: !!str [c]\n',
      '1:4: this tag is not supported; remove it, or put quotes around a value that begins with !',
    ],
    ['a: *b\n', '1:4: this alias has no anchor above it; replace it with its value'],
    ['a: &b [*b]\n', '1:8: this alias is inside its own anchor; replace it with its value'],
    [`a: ${'['.repeat(49)}${']'.repeat(49)}`, undefined],
    [`a: ${'['.repeat(50)}`, '1:53: nested more than 50 levels deep; check whether it is the right file'],
  ])('%j', (text, problem) => {
    expect(parse(text).problems).toEqual(problem === undefined ? [] : [`f:${problem}`])
  })

  it.each([
    ['a:\n  b:cd\n  d: e\n', '2:4'],
    ['\n\n  - name:a\n    b: c\n', '3:9'],
    ['- a:b\n  c: d\n', '1:4'],
    ['-  b-c_1:d\n   e: f\n', '1:9'],
    ['a:\n  b:c\n  d\n  e: f\n', undefined],
    ['a:b\nc: d\n', undefined],
    ['a:\n  b c:d\n  e: f\n', undefined],
    ['a:\r\n\tb:c\r\n\td: e\r\n', undefined],
    ['a:\n  http://b\n  e: f\n', undefined],
    ['a:\n  b::c\n  e: f\n', undefined],
    ['a:\n  b:\n    c\n    d: e\n', undefined],
  ])('a colon without a blank is told, if it is the reason: %j', (text, place) => {
    const [said] = parse(text).problems
    const colon = 'not valid YAML: no blank after the colon; write key: value'
    if (place) expect(said).toBe(`f:${place}: ${colon}`)
    else expect(said).not.toContain(colon)
  })
})

describe('a document has at most 100000 values', () => {
  const tooMany = 'anchors and aliases expand to more than 100000 values; use fewer of them'
  const aliases = (number: number) => Array(number).fill('*a').join(',')

  it('with expanded aliases', () => {
    const items = Array(993).fill('x').join(',')
    const text = (more: string) => `[{x: x}, &a [&b [${items}], {x: x}], ${aliases(99)}${more}]`
    const others = ', x'.repeat(196)
    expect(parse(text(others)).problems).toEqual([])
    expect(parse(text(`${others}, x`)).problems).toEqual([`f:1:1: ${tooMany}`])
    expect(parse(text(', *a')).problems).toEqual([`f:1:${text('').length + 2}: ${tooMany}`])
  })

  it('with merged keys', () => {
    const keys = Array.from({ length: 999 }, (_, at) => `k${at}: x`).join(', ')
    const text = (merges: number) =>
      `[&a {${keys}}, ${aliases(46)}, ${Array(merges).fill('{<<: *a}').join(', ')}]`
    expect(parse(text(2)).problems).toEqual([])
    expect(parse(text(3)).problems).toEqual([expect.stringContaining(tooMany)])
  })
})
