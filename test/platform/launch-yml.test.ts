import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readConfigYml, renderConfigYml } from '../../src/platform/config-yml.ts'
import { readLaunchYml, renderLaunchYml } from '../../src/platform/launch-yml.ts'
import { readProcfile } from '../../src/platform/procfile.ts'

const ODD = [
  'yes',
  '012',
  '1:20',
  '=',
  '~',
  '',
  '<<',
  '\u2028',
  '\x85',
  '\0',
  '\x7f',
  '\ufeff',
  '😀',
  '\r\n',
  '\t',
  '"',
  '\\',
]
const text = fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary' }))

describe('launch.yml', () => {
  test('is written as the platform documents it, the memory bare', () => {
    expect(
      renderLaunchYml([
        { type: 'config', command: './config -v', sidecarFor: ['web', 'worker'], memory: 64 },
      ]),
    ).toBe(
      [
        'processes:',
        '- type: "config"',
        '  command: "./config -v"',
        '  limits: { memory: 64 }',
        '  platforms: { cloudfoundry: { sidecar_for: ["web", "worker"] } }',
        '',
      ].join('\n'),
    )
  })

  test('reads back as it was written, whatever the texts are', () => {
    fc.assert(
      fc.property(text, text, fc.array(text), fc.nat(), (type, command, sidecarFor, memory) => {
        const { value, error } = readLaunchYml(renderLaunchYml([{ type, command, sidecarFor, memory }]))
        expect(error).toBeUndefined()
        expect(value).toEqual([{ type, command, sidecarFor, memory }])
      }),
      { numRuns: 300 },
    )
  })

  test('is plain ASCII where YAML 1.1 has other line breaks or no such character', () => {
    expect(
      renderLaunchYml([{ type: '\x85\u2028\u2029\ufeff\x7f', command: '', sidecarFor: [], memory: 0 }]),
    ).toContain('"\\u0085\\u2028\\u2029\\ufeff\\u007f"')
  })

  test('has an empty list when there is nothing to declare', () => {
    expect(readLaunchYml(renderLaunchYml([])).value).toEqual([])
  })

  test('says in the words of the platform where a memory has a unit', () => {
    expect(readLaunchYml('processes:\n- type: a\n  limits: { memory: 64M }\n').error?.message).toBe(
      'yaml: unmarshal errors:\n  line 3: cannot unmarshal !!str `64M` into int',
    )
  })
})

describe('config.yml', () => {
  test('names the buildpack to the platform', () => {
    const written = renderConfigYml({
      name: 'n',
      version: '1.10',
      config: { additional_libraries: ['/a', 'b c'] },
    })
    expect(readConfigYml(written, 'key')).toMatchObject({ key: 'key', name: 'n', version: '1.10' })
    expect(written).toContain('"additional_libraries": ["/a", "b c"]')
  })

  test('merges maps in output_metadata, as yaml.v2 does for untyped values', () => {
    const text = 'output_metadata: {k: {a: &x {p: one, q: two}, b: {<<: *x, r: three}}}\n'
    const { output_metadata } = readConfigYml(text, '')
    expect(output_metadata.get('k')).toEqual(
      new Map([
        ['a', new Map(Object.entries({ p: 'one', q: 'two' }))],
        ['b', new Map(Object.entries({ p: 'one', q: 'two', r: 'three' }))],
      ]),
    )
  })
})

describe('Procfile', () => {
  test('returns the place of an error', () => {
    const { problems } = readProcfile('web: ./a\nworker: {a: b}\n')
    expect(problems.map(({ place }) => place?.line)).toEqual([2])
  })
})
