/** The same services, found by the TypeScript of staging and by the program that looks credentials up at start. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundServices, matchingServices } from '../../src/services/bound-services.ts'
import { temporaryFolder } from '../support/files.ts'
import { hasPerl } from '../support/programs.ts'

const folder = temporaryFolder()

const PROGRAM = join(import.meta.dirname, '../../src/droplet/credentials.pl')
const KEY = 'key'
const OWN = 'own-'

/** Few letters, so that patterns often match; one of them takes two bytes, one two UTF-16 units. */
const LETTERS = ['a', 'b', '.', '-', 'ü', '😀'] as const
const word = fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 4 })
const fileName = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 3 })
const pattern = fc.string({
  unit: fc.constantFrom(...LETTERS, '*', '?', '*', '?'),
  minLength: 1,
  maxLength: 4,
})
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 })

/** In `VCAP_SERVICES` anything may be missing, or be of another kind than the platform writes. */
const odd = fc.constantFrom(null, 5, true, ['a'], { a: 'a' })
const text = fc.oneof({ weight: 8, arbitrary: word }, { weight: 1, arbitrary: odd })
const instance = fc.record(
  {
    name: text,
    instance_name: text,
    binding_name: text,
    label: text,
    tags: fc.oneof(
      { weight: 8, arbitrary: fc.array(text, { maxLength: 3 }) },
      { weight: 1, arbitrary: text },
    ),
  },
  { requiredKeys: [] },
)
const vcapServices = fc.dictionary(word, fc.array(instance, { maxLength: 3 }), { maxKeys: 3 })
const bindings = fc.dictionary(
  fileName,
  fc.record(
    {
      name: word,
      type: word,
      label: word,
      provider: word,
      'instance-name': word,
      tags: fc.array(word).chain((all) => fc.constantFrom(JSON.stringify(all), all.join(', '), '[a')),
    },
    { requiredKeys: [] },
  ),
  { maxKeys: 4 },
)

type Env = Readonly<Record<string, string>>

/** How many services match; of one, the credential that only it has. */
function atStaging(env: Env, wanted: readonly string[]): string {
  const found = matchingServices(boundServices(env), wanted)
  const [one] = found
  return found.length === 1 && one
    ? `the one with ${one.credentialKeys.find((each) => each.startsWith(OWN))}`
    : `${found.length} match`
}

function atStart(env: Env, wanted: readonly string[]): string {
  const args = [PROGRAM, 'it', String(wanted.length), ...wanted, KEY]
  const { stdout, stderr } = spawnSync('perl', args, {
    env: { ...env, PATH: process.env.PATH },
    encoding: 'utf8',
  })
  if (stderr.includes('is not bound')) return '0 match'
  const several = / (\d+) bound services match/.exec(stderr)?.[1]
  return several ? `${several} match` : `the one with ${stdout.replace('\0', '')}${stderr}`
}

function credentials(at: number) {
  return { [KEY]: `${OWN}${at}`, [`${OWN}${at}`]: 'x' }
}

describe.runIf(hasPerl)('any patterns mean the same services at staging and at start', () => {
  const RUNS = { numRuns: 100 }

  test.each(['VCAP_SERVICES', 'VCAP_SERVICES_FILE_PATH'])('in %s', (from) => {
    const file = join(folder, 'services.json')
    fc.assert(
      fc.property(vcapServices, patterns, (services, wanted) => {
        let count = 0
        const withCredentials = Object.entries(services).map(([label, instances]) => [
          label,
          instances.map((each) => ({ ...each, credentials: credentials(count++) })),
        ])
        const json = JSON.stringify(Object.fromEntries(withCredentials))
        writeFileSync(file, json)
        const env = { [from]: from === 'VCAP_SERVICES' ? json : file }
        expect(atStart(env, wanted)).toBe(atStaging(env, wanted))
      }),
      RUNS,
    )
  })

  test('under SERVICE_BINDING_ROOT', () => {
    fc.assert(
      fc.property(bindings, patterns, (all, wanted) => {
        const root = mkdtempSync(join(folder, 'root-'))
        for (const [at, [name, files]] of Object.entries(all).entries()) {
          mkdirSync(join(root, name))
          for (const [file, content] of Object.entries({ ...files, ...credentials(at) }))
            writeFileSync(join(root, name, file), content)
        }
        const env = { SERVICE_BINDING_ROOT: root }
        expect(atStart(env, wanted)).toBe(atStaging(env, wanted))
      }),
      RUNS,
    )
  })
})
