import { describe, expect, it } from 'vitest'
import { fillVariables, parseVariable, readVariablesFile, variablesIn } from '../../src/manifest/variables.ts'
import { decodeGoYaml } from '../../src/platform/go/yaml/decode.ts'
import { type LocatedValue, located } from '../../src/platform/go/yaml/located.ts'
import { goScalarText } from '../../src/platform/go/yaml/write-scalar.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'

const treeOf = (yaml: string) => decodeGoYaml(yaml, located).value
const placeOf = (offset: number) => ({ file: 'manifest.yml', line: 1, column: offset + 1 })

/** As JavaScript writes it; the value of a scalar with its kind, unless it is a string. */
function shown(value: LocatedValue): unknown {
  if (value.kind === 'list') return value.items.map(shown)
  if (value.kind === 'map')
    return Object.fromEntries(value.entries.map(({ key, value: each }) => [shown(key), shown(each)]))
  return value.kind === 'string' ? value.value : `${value.kind} ${goScalarText(value)}`
}

/** The offsets of all values, keys included. */
function offsetsOf(value: LocatedValue): readonly number[] {
  if (value.kind === 'list') return [value.offset, ...value.items.flatMap(offsetsOf)]
  if (value.kind !== 'map') return [value.offset]
  return [
    value.offset,
    ...value.entries.flatMap((each) => [...offsetsOf(each.key), ...offsetsOf(each.value)]),
  ]
}

function filled(
  yaml: string,
  values = 'a: one\nn: 2\nf: 1.5\nlist: [x, {k: z}]\nmap: {k: v}\nlong: [0,1,2,3,4,5,6,7,8,9,ten]\nü: ö\n1_a/b-c: d\nnumbers: {1: x}\nv: ((a))',
) {
  const problems = new Problems()
  const value = fillVariables(
    treeOf(yaml),
    readVariablesFile(values, 'vars.yml', problems),
    placeOf,
    problems,
  )
  return { value, shown: shown(value), said: problems.sorted().map(describeProblem) }
}

describe('a variable of cf push', () => {
  it.each([
    ['((a))', 'one'],
    ['((!a))', 'one'],
    ['((a))((a))', 'oneone'],
    ['((n))', 'integer 2'],
    ['((ü))', 'ö'],
    ['((1_a/b-c))', 'd'],
    ['((map))', { k: 'v' }],
    ['((map.k))', 'v'],
    ['((list))', ['x', { k: 'z' }]],
    ['((list.0))', 'x'],
    ['((list.1.k))', 'z'],
    ['((long.10))', 'ten'],
    ['x((a))y((!n))z', 'xoney2z'],
    ['a ((b', 'a ((b'],
    ['((a b))', '((a b))'],
    ['[((a)), {((a)): ((n))}]', ['one', { one: 'integer 2' }]],
    ['((list.-1.k))', 'z'],
    ['((v))((a))', 'oneone'],
    ['((a))((v))', 'one((a))'],
    ['{variables: ~}', { variables: 'null null' }],
    [
      '{variables: [{name: a, type: t, options: [x]}]}',
      { variables: [{ name: 'a', type: 't', options: ['x'] }] },
    ],
    ['[{variables: x}]', [{ variables: 'x' }]],
    ['{5: true}', { 'integer 5': 'boolean true' }],
  ])('fills in %s', (yaml, expected) => {
    expect(filled(yaml)).toMatchObject({ shown: expected, said: [] })
  })

  it.each(['((map))', '((list))', '((a))', '((n))'])('gives the whole of %s its own place', (yaml) => {
    expect(new Set(offsetsOf(filled(`   ${yaml}`).value))).toEqual(new Set([3]))
  })

  const missing = (name: string, first = name, column = 1) =>
    `manifest.yml:1:${column}: ((${name})) has no value; pass --var ${first}=VALUE or --vars-file FILE`

  it.each([
    ['((b))', [missing('b')]],
    ['((!b))', [missing('b')]],
    ['[x, ((b))]', [missing('b', 'b', 5)]],
    ['x ((b)) ((!c))', [missing('b'), missing('c')]],
    ['((map.none))', [missing('map.none', 'map')]],
    ['((none.k))', [missing('none.k', 'none')]],
    ['((list.2))', [missing('list.2', 'list')]],
    ['((list.-3))', [missing('list.-3', 'list')]],
    ['((numbers.1))', [missing('numbers.1', 'numbers')]],
    ...['list', 'map'].map((kind): [string, string[]] => [
      `{((${kind})): 1}`,
      [
        `manifest.yml:1:2: ((${kind})) is used as a key: expected a string, got a ${kind}; use a variable with a string`,
      ],
    ]),
    ...[
      ['x', 13, 'a list, got a string'],
      ['{}', 13, 'a list, got a map'],
      ['[x]', 14, 'a map, got a string'],
      ['[{name: [a]}]', 21, 'a string, got a list'],
      ['[{name: a, type: {}}]', 30, 'a string, got a map'],
    ].map(([value, column, what]): [string, string[]] => [
      `{variables: ${value}}`,
      [`manifest.yml:1:${column}: variables: expected ${what}; rename the key, which cf push reads itself`],
    ]),
    ...[
      ['~', 'NAME'],
      ['{name: none}', 'none'],
      ['{type: a}', 'NAME'],
    ].map(([item, name]): [string, string[]] => [
      `{variables: [${item}]}`,
      [`manifest.yml:1:14: variables: ${name} has no value; pass --var ${name}=VALUE`],
    ]),
    ['((list.1e0))', [missing('list.1e0', 'list')]],
    ['((list.0x1))', [missing('list.0x1', 'list')]],
    ['((a.k))', [missing('a.k', 'a')]],
    ...['float', 'list', 'map'].map((kind): [string, string[]] => [
      `x ((${kind === 'float' ? 'f' : kind}))`,
      [
        `manifest.yml:1:1: ((${kind === 'float' ? 'f' : kind})) is a ${kind}; inside a longer value, cf push accepts only strings and whole numbers; put quotes around the value of the variable`,
      ],
    ]),
  ])('that cannot be filled in stays, with an error: %s', (yaml, said) => {
    expect(filled(yaml)).toMatchObject({ shown: shown(treeOf(yaml)), said })
  })

  it('does not fill memory: a value that doubles with each variable is an error', () => {
    const names = Array.from({ length: 21 }, (_, index) => `v${index}`)
    const doubling = names.map((name, index) => `${name}: "((v${index + 1}))((v${index + 1}))"`).join('\n')
    const all = names.map((name) => `((${name}))`).join('')
    expect(filled(`"${all}"`, `${doubling}\nv21: x`).said).toEqual([
      'manifest.yml:1:1: with its variables, this value has more than 1048576 bytes; use fewer or shorter variables',
    ])
  })

  it('is found in a string, with or without !', () => {
    expect(variablesIn('x((a))((!b.c)) (d)')).toEqual(['a', 'b.c'])
    expect(variablesIn('none')).toEqual([])
  })
})

describe('--var', () => {
  it.each([
    ['a=b', 'b'],
    ['a=1', 'integer 1'],
    ['a=b=c', 'b=c'],
    ['a=[x, z]', ['x', 'z']],
    ['a="x\ny"', 'x y'],
  ])('has a value in YAML: %j', (text, value) => {
    const [name, found] = parseVariable(text) ?? []
    expect({ name, value: found && shown(found) }).toEqual({ name: 'a', value })
  })

  it('may have a name of several letters', () => {
    expect(parseVariable('name=b')?.[0]).toBe('name')
  })

  it.each(['a', 'a=', '=b', '=a=b', '', 'a=[x'])('is not read in another form: %j', (text) => {
    expect(parseVariable(text)).toBeUndefined()
  })
})

describe('a file of variables', () => {
  const read = (text: string) => {
    const problems = new Problems()
    const values = [...readVariablesFile(text, 'vars.yml', problems)].map(([name, value]) => [
      name,
      shown(value),
    ])
    return { values, said: problems.sorted().map(describeProblem) }
  }

  it('is a map, whose keys are strings as they are written', () => {
    expect(read('a: b\ny: true\n1.10: x\n')).toEqual({
      values: [
        ['a', 'b'],
        ['y', 'boolean true'],
        ['1.10', 'x'],
      ],
      said: [],
    })
    expect(read('')).toEqual({ values: [], said: [] })
  })

  it('is refused as anything else', () => {
    const said = (text: string) => read(text).said
    expect(said('[a]')).toEqual(['vars.yml:1:1: expected a map of variables; write name: value'])
    expect(said('a: [')).toEqual([
      expect.stringMatching(/^vars\.yml:1:1: not a valid YAML file: yaml: line 1: /),
    ])
    expect(read('[a]').values).toEqual([])
  })
})
