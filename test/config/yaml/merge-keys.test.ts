import { describe, expect, it } from 'vitest'
import type { YamlNode } from '../../../src/config/yaml/nodes.ts'
import { parseYaml } from '../../../src/config/yaml/parse.ts'
import { describeProblem, Problems } from '../../../src/problems/problems.ts'

function plain(node: YamlNode | undefined): unknown {
  if (node?.kind === 'list') return node.items.map(plain)
  return node?.kind === 'map'
    ? Object.fromEntries(node.entries.map(({ key, value }) => [key.text, plain(value)]))
    : node?.text
}

function parse(text: string) {
  const problems = new Problems()
  return { value: plain(parseYaml(text, 'f', problems)), problems: problems.sorted().map(describeProblem) }
}

const ANCHORS = '- &a {x: 1, y: 2}\n- &b {x: 3, z: 4}\n'

describe('<<', () => {
  it.each([
    ['{<<: *a, y: 5}', { x: '1', y: '5' }],
    ['{y: 5, <<: *a}', { x: '1', y: '5' }],
    ['{<<: [*a, *b], w: 0}', { w: '0', x: '1', y: '2', z: '4' }],
    ['{<<: *b, <<: *a}', { x: '3', y: '2', z: '4' }],
    ['{<<: [], w: 0}', { w: '0' }],
    ['{"<<": *a}', { '<<': { x: '1', y: '2' } }],
  ])('%s: the keys of the map win, then the earlier map', (text, value) => {
    const parsed = parse(`${ANCHORS}- ${text}\n`)
    expect(parsed.problems).toEqual([])
    expect((parsed.value as readonly unknown[])[2]).toEqual(value)
  })

  it.each([
    ['{<<: x}', '1:6'],
    ['{<<: [x]}', '1:7'],
    ['{<<: [[]]}', '1:7'],
  ])('must be followed by a map: %s', (text, place) => {
    expect(parse(text).problems).toEqual([
      `f:${place}: << must be followed by a map; use << with an alias of a map, for example *defaults`,
    ])
  })

  it('takes the other maps of its list', () => {
    const { value, problems } = parse(`${ANCHORS}- {<<: [x, *a]}\n`)
    expect(problems).toHaveLength(1)
    expect((value as readonly unknown[])[2]).toEqual({ x: '1', y: '2' })
  })
})

it.each([
  ['a: 1\nb: 2\na: 3\n', '3:1: duplicate key, first used on line 1; keep one of them'],
  [
    'name: 1\nb: 2\nname: 3\n',
    '3:1: duplicate key name, first used on line 1; start the next entry with - name: or keep one of them',
  ],
])('a key stands once: %j', (text, message) => {
  expect(parse(text).problems).toEqual([`f:${message}`])
})
