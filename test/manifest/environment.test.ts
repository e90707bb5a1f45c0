import { describe, expect, it } from 'vitest'
import { readVariablesFile } from '../../src/manifest/variables.ts'
import { Problems } from '../../src/problems/problems.ts'
import { read, readKeys } from './read.ts'

const envOf = (pairs: string, values = '') => {
  const variables = readVariablesFile(values, 'vars.yml', new Problems())
  const { manifest, said } = readKeys(`env: {${pairs}}`, { variables })
  return { env: Object.fromEntries(manifest?.env ?? []), said }
}
const IN_RUBY = "the app gets it in Ruby's notation; write it as a string of JSON"
const IN_ANOTHER_FORM = 'so the app gets it in another form; put quotes around it'

describe('the environment', () => {
  it.each([
    ['Q: "1.10"', '1.10'],
    ['I: 8080', '8080'],
    ['F: 1.5', '1.5'],
    ['E: ', ''],
    ['E: ~', ''],
    ["S: ''", ''],
    ['S: x', 'x'],
    ['B: true', 'true'],
    ['V: ((v))', '1.1'],
    ['S: .1__0', '.1__0'],
    ['S: ._1', '._1'],
    ['S: .1_', '.1_'],
    // cf push writes these in quotes, so that Cloud Controller takes none of them for a symbol.
    ['S: ":\u{1F600}"', ':\u{1F600}'],
    ['S: ":a\\tb"', ':a\tb'],
  ])('has %j as it is written', (pair, value) => {
    const { env, said } = envOf(pair, 'v: 1.10')
    expect({ values: Object.values(env), said }).toEqual({ values: [value], said: [] })
  })

  it.each([
    ['V: 1.10', '1.1', `YAML reads this value as a number, ${IN_ANOTHER_FORM}`],
    ['V: 0x1F', '31', `YAML reads this value as a number, ${IN_ANOTHER_FORM}`],
    [
      'V: "1,000.5"',
      '1000.5',
      'YAML reads this value as a number, so the app gets it in another form; use a value that does not look like one',
    ],
    ['B: yes', 'true', `YAML reads this value as a boolean, ${IN_ANOTHER_FORM}`],
    ['L: []', '[]', `expected a string, got a list; ${IN_RUBY}`],
    ['L: [a, "b\\"c"]', '["a", "b\\"c"]', `expected a string, got a list; ${IN_RUBY}`],
    ['L: [~, true, 5, 1.5, []]', '[nil, true, 5, 1.5, []]', `expected a string, got a list; ${IN_RUBY}`],
    ['M: {a: b, c-d: {}, 5: ~}', '{5=>nil, :a=>"b", :"c-d"=>{}}', `expected a string, got a map; ${IN_RUBY}`],
    ['V: .1_0', '0.1', `YAML reads this value as a number, ${IN_ANOTHER_FORM}`],
    ['V: 8.4e15', '8.4e+15', `YAML reads this value as a number, ${IN_ANOTHER_FORM}`],
    ['V: 8.4e14', '840000000000000.0', `YAML reads this value as a number, ${IN_ANOTHER_FORM}`],
  ])('has %j as Cloud Foundry makes a string of it, with a warning', (pair, value, what) => {
    const { env, said } = envOf(pair)
    expect(Object.values(env)).toEqual([value])
    expect(said).toEqual([`warning: manifest.yml:3:12: env: ${what}`])
  })

  it.each([
    ['b, a, B', ':B :a :b'],
    ['a10, a9, a, a-b, a_b', ':a :"a-b" :a_b :a9 :a10'],
    ['a10, a1, a010, a100, a2', ':a1 :a2 :a10 :a010 :a100'],
    ['x, "1", "true", 3, 2.5, true, ~', 'true 2.5 3 nil :"1" :true :x'],
  ])('has the keys of a map in the order in which cf push writes them: %s', (keys, printed) => {
    const pairs = keys.split(', ').map((each) => `${each}: 0`)
    const { env } = envOf(`M: {${pairs.join(', ')}}`)
    expect(env).toEqual({ M: `{${printed.replaceAll(/ |$/g, '=>0, ').slice(0, -2)}}` })
  })

  it('is compared with its line, whatever the line breaks are', () => {
    const lines = ['applications:', '- name: a', '  env:', '    I: 8080', '    V: 1.10', '']
    for (const end of ['\n', '\r\n', '\r'])
      expect(read(lines.join(end)).messages).toEqual([
        `manifest.yml:5:8: env: YAML reads this value as a number, ${IN_ANOTHER_FORM}`,
      ])
  })

  const PREFIX = 'Cloud Foundry sets all VCAP_ variables; choose another name'
  const VMC = 'Cloud Foundry refuses names that begin with VMC; choose another name'
  const QUOTES = 'put quotes around it'
  it.each([
    ['PORT', 'Cloud Foundry sets PORT; choose another name'],
    ['port', 'Cloud Foundry sets PORT; choose another name'],
    ['VCAP_X', PREFIX],
    ['vcap_', PREFIX],
    ['VMC', VMC],
    ['vmcx', VMC],
    ["''", 'the name is empty; choose another name'],
    ['N', `YAML reads this name as a boolean; ${QUOTES}`],
    ['1.10', `YAML reads this name as a number; ${QUOTES}`],
    ['~', `YAML reads this name as nothing; ${QUOTES}`],
  ])('refuses the name %s, without showing a value', (name, what) => {
    const { env, said } = envOf(`${name}: geheim, A: b`)
    expect(said).toEqual([`error: manifest.yml:3:9: env: ${what}`])
    expect(env).toEqual({ A: 'b' })
  })

  it.each(['PORTS', 'MY_PORT', 'VCAP', 'MY_VCAP_X', 'MY_VMC'])('may have the name %s', (name) => {
    expect(envOf(`${name}: x`)).toEqual({ env: { [name]: 'x' }, said: [] })
  })

  it.each(['"A=B"', '"A\\0"'])('warns about the name %s, which no process can have', (name) => {
    expect(envOf(`${name}: x`).said).toEqual([
      'warning: manifest.yml:3:9: env: no process can have a variable with = or NUL in its name',
    ])
  })

  it.each([
    ['x', 'a string'],
    ['[A]', 'a list'],
    ['~', 'nothing'],
  ])('is refused as %s', (value, kind) => {
    const { manifest, said } = readKeys(`env: ${value}`)
    expect(said).toEqual([
      `error: manifest.yml:3:8: env: expected a map, got ${kind}; write NAME: value, one per line`,
    ])
    expect(manifest?.env.size).toBe(0)
  })

  it.each([
    ['":a"', 'Symbol'],
    ['2026-01-02 03:04:05 +01:00', 'Time'],
  ])('is refused with %s, which Cloud Controller reads as a class that it does not accept', (value, name) => {
    expect(envOf(`A: ${value}`).said).toEqual([
      `error: manifest.yml:3:12: Cloud Controller reads this value as a ${name} and refuses the manifest; use a value that does not look like one`,
    ])
  })
})
