import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { boundServices, matchingServices } from '../../src/services/bound-services.ts'
import { temporaryFolder } from '../support/files.ts'

const folder = temporaryFolder()

const PROGRAM = join(import.meta.dirname, '../../src/droplet/credentials.pl')

/** How many services match at staging, and at start. */
function matches(env: Readonly<Record<string, string>>, ...wanted: readonly string[]) {
  const atStaging = matchingServices(boundServices(env), wanted).length
  const args = [PROGRAM, 'it', String(wanted.length), ...wanted, 'gone']
  const { stderr } = spawnSync('perl', args, { env, encoding: 'utf8' })
  const several = /: (\d+) bound services match/.exec(stderr)?.[1]
  const atStart = stderr.includes('has no credential')
    ? 1
    : stderr.includes('not bound')
      ? 0
      : Number(several)
  return [atStaging, atStart]
}

describe('a service is found at staging as at start', () => {
  test.each([
    ['binding', 1],
    ['instance', 1],
    ['redis', 2],
    ['kv', 2],
    ['tag', 1],
    ['k', 0],
    ['other', 0],
    ['*', 3],
    ['?n*ing', 0],
    ['?in*ing', 1],
    ['bindin?', 1],
    ['binding?', 0],
    ['re*s', 2],
    ['r?d**s', 2],
    ['k*', 2],
    ['Binding', 0],
    ['third|second', 0],
    ['.*', 0],
  ])('in VCAP_SERVICES: %s', (wanted, count) => {
    const redis = [
      { name: 'binding', instance_name: 'instance', binding_name: 'binding', tags: ['kv', 'tag'] },
      { name: 'second', label: 'redis', tags: ['kv'] },
      { name: 'third', label: 'else', tags: null },
    ]
    const env = { VCAP_SERVICES: JSON.stringify({ redis }), PATH: process.env.PATH ?? '' }
    expect(matches(env, wanted)).toEqual([count, count])
  })

  test.each([
    ['db', 1],
    ['instance', 1],
    ['linked', 1],
    ['offering', 1],
    ['vendor', 1],
    ['two', 1],
    ['one, two', 0],
    ['.hidden', 0],
  ])('under SERVICE_BINDING_ROOT: %s', (wanted, count) => {
    const root = mkdtempSync(join(folder, 'root-'))
    const write = (binding: string, files: Readonly<Record<string, string>>) => {
      mkdirSync(join(root, binding), { recursive: true })
      for (const [key, text] of Object.entries(files)) writeFileSync(join(root, binding, key), text)
    }
    write('db', { label: 'offering', provider: 'vendor', 'instance-name': 'instance\n', tags: 'one, two' })
    write('.hidden/v1', { type: 'redis' })
    symlinkSync('.hidden/v1', join(root, 'linked'))
    symlinkSync('nowhere', join(root, 'dangling'))
    const env = { SERVICE_BINDING_ROOT: root, PATH: process.env.PATH ?? '' }
    expect(matches(env, wanted)).toEqual([count, count])
  })
})

describe('a credential is missing or empty by the same rules before and at start', () => {
  const credentials = {
    user: 'admin',
    empty: '',
    nothing: null,
    'dotted.key': 'x',
    nested: { key: 'x', list: ['a', ''] },
    text: '{"inside": "x"}',
  }

  test.each([
    ['user', 'filled'],
    ['empty', 'empty'],
    ['nothing', 'missing'],
    ['gone', 'missing'],
    ['dotted.key', 'filled'],
    ['nested.key', 'filled'],
    ['nested.gone', 'missing'],
    ['nested.list.0', 'filled'],
    ['nested.list.1', 'empty'],
    ['nested.list.2', 'missing'],
    ['nested.list.x', 'missing'],
    ['text.inside', 'filled'],
    ['user.length', 'missing'],
    ['constructor', 'missing'],
  ])('%s is %s', (key, state) => {
    const env = {
      VCAP_SERVICES: JSON.stringify({ db: [{ name: 'db', credentials }] }),
      PATH: process.env.PATH ?? '',
    }
    const { stdout, stderr } = spawnSync('perl', [PROGRAM, 'it', '1', 'db', key], { env, encoding: 'utf8' })
    const atStart = stderr.includes('has no credential') ? 'missing' : stdout === '\0' ? 'empty' : 'filled'
    expect([boundServices(env)[0]?.credentialState(key), atStart]).toEqual([state, state])
  })

  test.each([
    ['{}', 'filled'],
    ['{"a": 1}', 'filled'],
    ['null', 'missing'],
  ])('all credentials of %s are %s', (credentials, state) => {
    const VCAP_SERVICES = `{"db": [{"name": "db", "credentials": ${credentials}}]}`
    const env = { VCAP_SERVICES, PATH: process.env.PATH ?? '' }
    const { stderr } = spawnSync('perl', [PROGRAM, 'it', '1', 'db', ''], { env, encoding: 'utf8' })
    const atStart = stderr.includes('has no credentials') ? 'missing' : 'filled'
    expect([boundServices(env)[0]?.credentialState(), atStart]).toEqual([state, state])
  })

  test('a reference to CredHub is not looked into', () => {
    const services = { db: [{ name: 'db', credentials: { 'credhub-ref': '/x' } }] }
    const [service] = boundServices({ VCAP_SERVICES: JSON.stringify(services) })
    expect(service?.credentialState('user')).toBe('unknown')
  })

  test('in SERVICE_BINDING_ROOT', () => {
    const root = mkdtempSync(join(folder, 'bindings-'))
    mkdirSync(join(root, 'db'))
    writeFileSync(join(root, 'db', 'user'), 'admin')
    writeFileSync(join(root, 'db', 'password'), '')
    const [service] = boundServices({ SERVICE_BINDING_ROOT: root })
    expect(['user', 'password', 'uri'].map((key) => service?.credentialState(key))).toEqual([
      'filled',
      'empty',
      'missing',
    ])
  })
})
