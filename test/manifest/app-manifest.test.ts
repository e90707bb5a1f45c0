import { describe, expect, test } from 'vitest'
import type { ManifestChoice } from '../../src/manifest/app-manifest.ts'
import { read } from './read.ts'

const SEED = `
applications:
- name: my-app
  memory: 512M
  buildpacks: [sidecar, java_buildpack]
  stack: cflinuxfs4
  timeout: 120
  env:
    CONFIG_SERVER_PORT: 8082
  services:
  - my-db
  - name: my-apm
    parameters: {plan: small}
  sidecars:
  - name: authenticator
    process_types: [ 'web', 'worker' ]
    command: bundle exec run-authenticator
  - name: performance monitor
    process_types: [ 'web' ]
    command: bundle exec run-performance-monitor
    memory: 256MB
  processes:
  - type: worker
    command: rake work
    memory: 1.5G
    health-check-type: process
`

describe('a manifest of one application', () => {
  test('gives name, buildpacks, environment, services, processes and sidecars', () => {
    const { manifest, messages } = read(SEED)
    expect(messages).toEqual([])
    expect(manifest).toMatchObject({
      name: 'my-app',
      buildpacks: ['sidecar', 'java_buildpack'],
      stack: 'cflinuxfs4',
      services: ['my-db', 'my-apm'],
      sidecars: [
        { name: 'authenticator', processTypes: ['web', 'worker'], command: 'bundle exec run-authenticator' },
        { name: 'performance monitor', memory: { bytes: 256 * 1024 ** 2 } },
      ],
    })
    expect([...(manifest?.env ?? [])]).toEqual([['CONFIG_SERVER_PORT', '8082']])
    expect(manifest?.processes.get('web')).toMatchObject({ memory: { bytes: 512 * 1024 ** 2 }, timeout: 120 })
    expect(manifest?.processes.get('worker')).toMatchObject({
      command: 'rake work',
      memory: { bytes: 1536 * 1024 ** 2 },
      healthCheckType: 'process',
    })
  })

  test('takes the web of `processes` instead of the keys of the application, as the platform does', () => {
    const { manifest } = read(
      'applications:\n- name: a\n  memory: 512M\n  command: old\n  processes:\n  - type: web\n    command: new\n',
    )
    expect(manifest?.processes.get('web')?.command).toBe('new')
    expect(manifest?.processes.get('web')?.memory).toBeUndefined()
  })

  test('works with anchors and merge keys', () => {
    const { manifest } = read(
      'defaults: &defaults\n  memory: 64M\n  env: {A: one}\napplications:\n- <<: *defaults\n  name: a\n',
    )
    expect(manifest?.env.get('A')).toBe('one')
    expect(manifest?.processes.get('web')?.memory).toEqual({ bytes: 64 * 1024 ** 2 })
  })

  test('passes over what means nothing on one machine', () => {
    const { messages } = read(
      'version: 1\napplications:\n- name: a\n  instances: 3\n  disk_quota: 1G\n  routes: [{route: a.example.com}]\n',
    )
    expect(messages).toEqual([])
  })
})

describe('an application without a name', () => {
  const unnamed = 'applications:\n- name: ~\n  command: run\n'

  test('gets the one that is given', () => {
    const { manifest, messages } = read(unnamed, { application: 'mine' })
    expect({ name: manifest?.name, messages }).toEqual({ name: 'mine', messages: [] })
    expect(read('applications: [~]', { application: 'mine' }).messages).toEqual([NAMELESS('1:16')])
    expect(read('applications: [{name: other}]', { application: 'mine' }).messages).toEqual([
      'manifest.yml:1:15: the manifest has no application mine; it has other',
    ])
  })

  const NAMELESS = (place: string) =>
    `manifest.yml:${place}: the application has no name; add for example name: my-app`
  test.each([unnamed, "applications:\n- name: ' '\n", 'applications:\n- {}\n'])('is refused: %j', (text) => {
    expect(read(text).messages).toEqual([NAMELESS('2:3')])
  })

  test('is refused beside others, whichever is chosen', () => {
    const text = 'applications:\n- name: one\n- command: run\n'
    expect(read(text, { application: 'one' })).toMatchObject({
      manifest: undefined,
      messages: ['manifest.yml:3:3: an application has no name; add for example name: my-app'],
    })
  })
})

describe('several applications', () => {
  const two = 'applications:\n- name: one\n- name: two\n  command: second\n  path: there\n'

  test('take the only one that is preferred', () => {
    const chosen = (prefer: ManifestChoice['prefer'] & {}) => read(two, { prefer }).manifest?.name
    expect(chosen(({ name }) => name === 'two')).toBe('two')
    expect(chosen(({ path }) => path === undefined)).toBe('one')
    expect(chosen(({ path }) => path === 'there')).toBe('two')
    expect(chosen(() => true)).toBeUndefined()
    expect(read(two, { application: 'one', prefer: () => true }).manifest?.name).toBe('one')
  })

  test('are checked by cf push all, and by Cloud Controller only the one that is pushed', () => {
    const others = `${two}- {name: 5, timeout: x, env: {A: ":b"}}\n`
    const refused = 'manifest.yml:6:22: timeout: expected a number, got "x"'
    expect(read(others, { application: 'one' }).messages).toEqual([refused])
    expect(read(others, { application: '5' }).messages).toEqual([
      refused,
      expect.stringMatching(/^manifest\.yml:6:34: Cloud Controller reads this value as a Symbol /),
    ])
  })

  test('take the one that is named', () => {
    expect(read(two, { application: 'two' }).manifest?.processes.get('web')?.command).toBe('second')
  })

  test('are refused with their names when none is named', () => {
    expect(read(two).messages).toEqual([
      'manifest.yml:2:1: the manifest has 2 applications; choose one with --app: one, two',
    ])
  })

  test('are refused with their names when the named one is not there', () => {
    expect(read(two, { application: 'three' }).messages).toEqual([
      'manifest.yml:2:1: the manifest has no application three; it has one, two',
    ])
  })
})

test('names every problem at once, each at its place', () => {
  const { messages } = read(`applications:
- name: a
  memory: 64
  health-check-type: tcp
  sidecars:
  - name: s
    process_types: web
  - command: x
    process_types: [web]
  processes:
  - command: y
  - type: worker
  - type: worker
`)
  expect(messages).toEqual([
    'manifest.yml:3:11: memory: "64" has no valid unit (B, K, M, G, T); use 64M',
    'manifest.yml:4:22: health-check-type: "tcp" is not a health check; use port, http or process',
    'manifest.yml:6:5: sidecar "s": command is missing; add the command that starts the sidecar',
    'manifest.yml:7:20: sidecar "s": process_types: expected a list of process types, got a string; use [web]',
    'manifest.yml:8:5: sidecars: name is missing; add for example name: my-sidecar',
    'manifest.yml:11:5: processes[0] has no type; add for example type: worker',
    'manifest.yml:13:5: process worker is listed twice; merge the two entries',
  ])
})

const EXAMPLE = 'write applications: and below it - name: my-app'
const OTHER = `not an app manifest; pass an app manifest: ${EXAMPLE}`
const NO_LIST = `the manifest has no list of applications; ${EXAMPLE}`
test.each([
  ['', `1:1: the manifest is empty; ${EXAMPLE}`],
  ['hello', `1:1: ${NO_LIST}`],
  ['- name: a', '1:1: the manifest is a list; write applications: before it'],
  ['kind: x', `1:1: ${NO_LIST}`],
  ['applications: {}', `1:15: ${NO_LIST}`],
  ['applications: []', `1:15: ${NO_LIST}`],
  ['applications: [x]', '1:16: an application: expected a map, got a string'],
  ['applications: [', '1:16: not valid YAML: line 1: did not find expected node content'],
  [
    '\ta: b',
    '1:1: not valid YAML: found character that cannot start any token; indent with spaces, not with tabs',
  ],
  [
    'applications:\n- name: a\n\tb: c',
    '3:1: not valid YAML: line 3: found a tab character that violates indentation; indent with spaces, not with tabs',
  ],
  ['applications: *geheim', '1:15: not valid YAML: unknown anchor referenced'],
  ['x: !!int geheim', '1:4: not valid YAML: cannot decode !!str as a !!int'],
  ['apps: [{name: a}]', '1:1: this is a file with apps:, not an app manifest; rename apps: to applications:'],
  ['apiVersion: v1\nkind: Pod', `1:1: this is a Kubernetes file, ${OTHER}`],
  ['sidecars: []', `1:1: this is a sidecars.yml, ${OTHER}`],
  ['language: java', `1:1: this is a buildpack's manifest.yml, ${OTHER}`],
  ['dependencies: []', `1:1: this is a buildpack's manifest.yml, ${OTHER}`],
])('refuses %j with what to write', (text, message) => {
  expect(read(text)).toMatchObject({ manifest: undefined, messages: [`manifest.yml:${message}`] })
})

test('refuses a file that is not UTF-8', () => {
  expect(read(Buffer.from('applications: [{name: a\xff}]', 'latin1'))).toMatchObject({
    manifest: undefined,
    messages: ['manifest.yml:1:1: the file is not UTF-8 text; save it as UTF-8'],
  })
})

test('warns about keys that are written twice, in every map, and uses the last one', () => {
  const { manifest, messages } = read(
    'applications:\n- name: a\n  name: b\n  env: {A: 1, B: 2, A: 3}\n  sidecars: [{x: {z: 1, z: 2}}]\nx: 1\nx: 2\n',
  )
  const twice = messages.filter((each) => each.includes('duplicate'))
  expect(twice).toEqual(
    [
      ['3:3', 'name'],
      ['4:21', 'A'],
      ['5:25', 'z'],
      ['7:1', 'x'],
    ].map(([at, key]) => `manifest.yml:${at}: duplicate key ${key}: the last one is used; keep one of them`),
  )
  expect(manifest).toMatchObject({ name: 'b', env: new Map(Object.entries({ A: '3', B: '2' })) })
})

test.each(['1', '0', '1.9', '0.5', '~'])('accepts the version %s', (version) => {
  expect(read(`version: ${version}\napplications: [{name: a}]\n`).messages).toEqual([])
})

test.each(['2', '-1', '2.0', '"1"', 'true', '[1]'])('refuses the version %s', (version) => {
  expect(read(`version: ${version}\napplications: [{name: a}]\n`).messages).toEqual([
    'manifest.yml:1:10: the only supported manifest version is 1; use version: 1',
  ])
})

test.each([
  ['"\\u0085"', ['manifest.yml:2:3: the application has no name; add for example name: my-app']],
  ['"\\uFEFF"', []],
])('measures a name with the white space of Ruby: %s', (name, messages) => {
  expect(read(`applications:\n- name: ${name}\n`).messages).toEqual(messages)
})

describe('a key << in quotes', () => {
  test.each([
    ['{"<<": {A: x, B: x}, B: z}', { A: 'x', B: 'z' }],
    ["{'<<': [{A: x}, {A: z, '<<': {C: x}}]}", { A: 'x', C: 'x' }],
    ['{((m)): {A: x}}', { A: 'x' }],
    ['{"<<": {}}', {}],
  ])('is a merge, as cf push writes it without quotes and reads it again: %s', (env, merged) => {
    const variables = new Map([['m', { kind: 'string', value: '<<', offset: 0 } as const]])
    const { manifest, messages } = read(`applications: [{name: a, env: ${env}}]\n`, { variables })
    expect({ messages, env: Object.fromEntries(manifest?.env ?? []) }).toEqual({ messages: [], env: merged })
  })

  test.each([
    ['x', 'a string'],
    ['~', 'nothing'],
    ['[x]', 'a string'],
    ['[[{}]]', 'a list'],
  ])('is refused with %s', (value, kind) => {
    expect(read(`applications: [{name: a, "<<": ${value}}]\n`).messages).toContain(
      `manifest.yml:1:32: <<: expected a map or a list of maps to merge, got ${kind}; cf push reads << as a merge also in quotes; rename the key`,
    )
  })
})
