/** The program that looks up credentials at start, called directly. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/files.ts'
import { inStack } from '../support/in-stack.ts'
import { hasPerl } from '../support/programs.ts'

const folder = temporaryFolder()

describe.runIf(hasPerl)('credentials.pl', () => {
  test.each<[string, (value: unknown) => string]>([
    ['compact', (value) => JSON.stringify(value)],
    ['indented', (value) => JSON.stringify(value, null, '\t').replaceAll(',\n', ' \r\n,\n')],
    ['with every character of its strings escaped', (value) => escapeStrings(JSON.stringify(value))],
  ])('reads any JSON, %s', (_, write) => {
    const unit = fc.constantFrom('binary', 'grapheme' as const)
    const value = unit.chain((stringUnit) => fc.jsonValue({ stringUnit })).filter((each) => each !== null)
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const credentials = Object.fromEntries(values.map((each, at) => [`key.${at}`, each]))
        const services = write({ label: [{ name: 's', credentials }] })
        const { stdout, stderr } = lookUp(services, Object.keys(credentials))
        const holdsNul = values.some((each) => typeof each === 'string' && each.includes('\0'))
        if (holdsNul) expect(stderr).toContain('contains a NUL byte')
        else expect(stdout).toBe(values.map((each) => `${asText(each)}\0`).join(''))
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    'NaN',
    'Infinity',
    'tru',
    "'x'",
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '"\\x"',
    '"\\u12"',
    '"tab\t"',
    '"open',
    '[',
    '{"a"}',
    '[1 2]',
    '\ufeff1',
    `${'['.repeat(5000)}1${']'.repeat(5000)}`,
  ])('refuses what is not JSON: %#', (broken) => {
    const { status, stdout, stderr } = lookUp(`{"s":[{"name":"s","credentials":{"a":"x","b":${broken}}}]}`, [
      'a',
    ])
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'sidecar it: cannot read the bound services from VCAP_SERVICES\n',
    })
  })

  test.each([
    ['Latin-1', [0xe4]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a code point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses JSON that is not UTF-8: %s', (_, bytes) => {
    const file = join(folder, 'services.json')
    const around = '{"s":[{"name":"s","credentials":{"a":"*"}}]}'.split('*')
    const [before = '', after = ''] = around
    writeFileSync(file, Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]))
    expect(lookUpIn({ VCAP_SERVICES_FILE_PATH: file }, ['a']).stderr).toBe(
      'sidecar it: cannot read the bound services from VCAP_SERVICES_FILE_PATH\n',
    )
  })

  test('reads strings of any length', () => {
    const long = '\\u00e9x'.repeat(50_000)
    const services = `{"s":[{"name":"s","credentials":{"key":"k","long":"${long}"}}]}`
    writeFileSync(join(folder, 'long.json'), services)
    expect(lookUpIn({ VCAP_SERVICES_FILE_PATH: join(folder, 'long.json') }, ['key']).stdout).toBe('k\0')
  })
})

const TEXT = readFileSync(join(import.meta.dirname, '../../src/droplet/credentials.pl'), 'utf8')

/** The look-up alone, of credentials of the service `s`. */
function lookUp(services: string, keys: readonly string[]) {
  return lookUpIn({ VCAP_SERVICES: services }, keys)
}

function lookUpIn(env: Readonly<Record<string, string>>, keys: readonly string[]) {
  // The program is in the checkout, where a stack's root file system does not have it.
  const args = ['-e', TEXT, 'it', ...keys.flatMap((key) => ['1', 's', key])]
  return spawnSync(...inStack('perl', args), { env, encoding: 'utf8' })
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function escapeStrings(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => {
    const units = [...(JSON.parse(quoted) as string).split('')]
    return `"${units.map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
  })
}
