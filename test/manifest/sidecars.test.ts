import { describe, expect, it } from 'vitest'
import { MIB } from '../../src/platform/memory-size.ts'
import { readKeys } from './read.ts'

const sidecarsOf = (items: string) => {
  const { manifest, said } = readKeys(`sidecars: [${items}]`)
  return { said, sidecars: manifest?.sidecars.map(({ place: _, ...sidecar }) => sidecar) }
}
/** A sidecar `s` with further keys. */
const withKeys = (keys: string) => `{name: s, command: run, ${keys}}`
const S = { name: 's', command: 'run', processTypes: ['web'] }
const letters = (count: number) => 'x'.repeat(count)

describe('sidecars of the manifest', () => {
  it.each([
    ['memory: 64M', { memory: { bytes: 64 * MIB } }],
    [
      'memory: 1.5K',
      'error: manifest.yml:3:68: sidecar "s": memory must be at least 1M; use for example 64M',
    ],
    ['memory: 2047KB', { memory: { bytes: MIB } }],
    ['memory: 64', { memory: { bytes: 64 * MIB } }],
    ['memory: "64"', { memory: { bytes: 64 * MIB } }],
    ['memory: ~', {}],
    ['memory: 0', 'error: manifest.yml:3:68: sidecar "s": memory must be at least 1M; use for example 64M'],
    [
      'memory: big',
      'error: manifest.yml:3:68: sidecar "s": memory: "big" is not a valid memory size; use for example 64M',
    ],
    [
      'memory: 1.5',
      'error: manifest.yml:3:68: sidecar "s": memory: "1.5" is not a valid memory size; use for example 64M',
    ],
    [
      'memory: [1]',
      'error: manifest.yml:3:68: sidecar "s": memory: a list is not a valid memory size; use for example 64M',
    ],
    [
      'memory: {a: 1}',
      'error: manifest.yml:3:68: sidecar "s": memory: a map is not a valid memory size; use for example 64M',
    ],
  ])('reserve with %s what Cloud Controller reads', (memory, expected) => {
    const { said, sidecars } = sidecarsOf(withKeys(`process_types: [web], ${memory}`))
    if (typeof expected === 'string') expect(said).toEqual([expected])
    else expect({ said, sidecars }).toEqual({ said: [], sidecars: [{ ...S, ...expected }] })
  })

  it.each([
    ['x', '14: sidecars: expected a map, got a string; use - name: my-sidecar'],
    [
      '{command: run, process_types: [web]}',
      '14: sidecars: name is missing; add for example name: my-sidecar',
    ],
    [
      "{name: ' ', command: run, process_types: [web]}",
      '21: sidecars: name is missing; add for example name: my-sidecar',
    ],
    [
      '{name: ~, command: run, process_types: [web]}',
      '21: sidecars: name is missing; add for example name: my-sidecar',
    ],
    [
      '{name: 5, command: run, process_types: [web]}',
      '21: sidecars: name: expected a string, got a number; put quotes around it',
    ],
    [
      '{name: s, process_types: [web]}',
      '14: sidecar "s": command is missing; add the command that starts the sidecar',
    ],
    [
      '{name: s, command: [run], process_types: [web]}',
      '33: sidecar "s": command: expected a string, got a list; put quotes around it',
    ],
    [
      '{name: s, command: run}',
      '14: sidecar "s": process_types is missing; use for example process_types: [web]',
    ],
    [
      withKeys('process_types: web'),
      '53: sidecar "s": process_types: expected a list of process types, got a string; use [web]',
    ],
    [
      withKeys('process_types: []'),
      '53: sidecar "s": process_types: expected a list of process types, got an empty list; use for example process_types: [web]',
    ],
    [
      withKeys('process_types: {web: 1}'),
      '53: sidecar "s": process_types: expected a list of process types, got a map; use for example process_types: [web]',
    ],
  ])('are refused with %s', (item, message) => {
    const { said, sidecars } = sidecarsOf(item)
    expect(said).toEqual([`error: manifest.yml:3:${message}`])
    expect(sidecars).toEqual([])
  })

  it.each(['x', '~', '{}'])('are refused when the whole is %s instead of a list', (value) => {
    expect(readKeys(`sidecars: ${value}`).said).toEqual([
      expect.stringMatching(
        /^error: manifest\.yml:3:13: sidecars: expected a list, got (a string|nothing|a map); remove the key, or write - name: my-sidecar below it$/,
      ),
    ])
  })

  it('are none in a manifest without them', () => {
    expect(readKeys('command: run')).toMatchObject({ said: [], manifest: { sidecars: [] } })
  })

  it('run beside process types that are not strings as Cloud Controller prints them, with a warning for each', () => {
    const { said, sidecars } = sidecarsOf(withKeys('process_types: [web, 5, true]'))
    expect(sidecars).toEqual([{ ...S, processTypes: ['web', '5', 'true'] }])
    expect(said).toEqual([
      'warning: manifest.yml:3:59: sidecar "s": process_types: expected a string, got a number',
      'warning: manifest.yml:3:62: sidecar "s": process_types: expected a string, got a boolean',
    ])
  })

  it('may have a name and a command as long as Cloud Controller stores', () => {
    const item = (name: number, command: number) =>
      `{name: ${letters(name)}, command: ${letters(command)}, process_types: [web]}`
    expect(sidecarsOf(item(255, 4096)).said).toEqual([])
    const warning = (what: string) =>
      `warning: manifest.yml:3:14: sidecar "${letters(256)}": ${what}, so cf push fails; shorten it`
    expect(sidecarsOf(item(256, 4097)).said).toEqual([
      warning('name has 256 characters; Cloud Foundry stores at most 255'),
      warning('command has 4097 characters; Cloud Foundry stores at most 4096'),
    ])
  })

  it('that are listed twice are the second entry, with the memory of the first if it has none', () => {
    const first = withKeys('process_types: [web], memory: 64M')
    const second = '{name: s, command: other, process_types: [worker]}'
    const replaced = { ...S, command: 'other', processTypes: ['worker'] }
    const { said, sidecars } = sidecarsOf(`${first}, ${second}`)
    expect(sidecars).toEqual([{ ...replaced, memory: { bytes: 64 * MIB } }])
    expect(said).toEqual([
      'warning: manifest.yml:3:74: sidecar "s" is listed twice; the second entry replaces the first; keep one of them',
    ])
    expect(sidecarsOf(`${second}, ${first}`).sidecars).toEqual([{ ...S, memory: { bytes: 64 * MIB } }])
    expect(sidecarsOf(`${second}, ${second}`).sidecars).toEqual([replaced])
  })
})
