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
    ['M: {a: b, c-d: {}, 5: ~}', '{:a=>"b", :"c-d"=>{}, 5=>nil}', `expected a string, got a map; ${IN_RUBY}`],
  ])('has %j as Cloud Foundry makes a string of it, with a warning', (pair, value, what) => {
    const { env, said } = envOf(pair)
    expect(Object.values(env)).toEqual([value])
    expect(said).toEqual([`warning: manifest.yml:3:12: env: ${what}`])
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
