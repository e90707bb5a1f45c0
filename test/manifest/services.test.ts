import { describe, expect, it } from 'vitest'
import { readKeys } from './read.ts'

describe('services of the manifest', () => {
  it.each([
    ['[my-db, my-apm]', ['my-db', 'my-apm']],
    ['[]', []],
    ['[{name: my-db}]', ['my-db']],
    ['[{name: my-db, parameters: {a: b}, binding_name: db}]', ['my-db']],
    ['[{name: 5}]', ['5']],
  ])('are the names in %s', (list, names) => {
    const { manifest, said } = readKeys(`services: ${list}`)
    expect({ services: manifest?.services, said }).toEqual({ services: names, said: [] })
  })

  it('are none in a manifest without them', () => {
    expect(readKeys('command: run')).toMatchObject({ said: [], manifest: { services: [] } })
  })

  it.each([
    '5',
    '~',
    '{parameters: {a: b}}',
    '{name: a, parameters: b}',
    '{name: a, parameters: {}, binding_name: 5}',
    '{name: a, binding_name: [b]}',
    '{name: a, plan: small}',
    '{name: a, 5: b}',
  ])('are refused with %s in the list', (item) => {
    const { manifest, said } = readKeys(`services: [${item}, b]`)
    expect(said).toEqual([
      'error: manifest.yml:3:14: services: expected the name of a service instance, or a map with name; the keys of the map are name, parameters, binding_name',
    ])
    expect(manifest?.services).toEqual(['b'])
  })

  it.each([
    ['my-db', 'a string; use [my-db]'],
    ['{my-db: x}', 'a map; use for example [my-db]'],
    ['~', 'nothing; remove the key'],
  ])('are refused when the whole is %s', (value, got) => {
    const { manifest, said } = readKeys(`services: ${value}`)
    expect(said).toEqual([`error: manifest.yml:3:13: services: expected a list, got ${got}`])
    expect(manifest?.services).toEqual([])
  })
})
