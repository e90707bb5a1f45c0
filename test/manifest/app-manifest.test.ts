import { describe, expect, test } from 'vitest'
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

describe('several applications', () => {
  const two = 'applications:\n- name: one\n- name: two\n  command: second\n'

  test('take the one that is named', () => {
    expect(read(two, 'two').manifest?.processes.get('web')?.command).toBe('second')
  })

  test('are refused with their names when none is named', () => {
    expect(read(two).messages).toEqual([
      'manifest.yml:2:1: the manifest has 2 applications; choose one with --app: one, two',
    ])
  })

  test('are refused with their names when the named one is not there', () => {
    expect(read(two, 'three').messages).toEqual([
      'manifest.yml:2:1: the manifest has no application three; it has one, two',
    ])
  })
})

describe('the environment', () => {
  test('arrives as Cloud Foundry makes strings of YAML values, with a warning where they change', () => {
    const { manifest, messages } = read(
      'applications:\n- name: a\n  env: {V: 1.10, Q: "1.10", B: yes, I: 8080, E: , S: x}\n',
    )
    expect(Object.fromEntries(manifest?.env ?? [])).toEqual({
      V: '1.1',
      Q: '1.10',
      B: 'true',
      I: '8080',
      E: '',
      S: 'x',
    })
    expect(messages).toEqual([
      'manifest.yml:3:12: env: YAML reads this value as a number, so the app gets it in another form; put quotes around it',
      'manifest.yml:3:32: env: YAML reads this value as a boolean, so the app gets it in another form; put quotes around it',
    ])
  })

  test('refuses the names that the platform keeps, without showing a value', () => {
    const { messages } = read('applications:\n- name: a\n  env: {PORT: 99, VCAP_X: geheim, VMC: 1}\n')
    expect(messages).toHaveLength(3)
    expect(messages.join()).toContain('env: Cloud Foundry sets PORT')
    expect(messages.join()).not.toContain('geheim')
  })

  test('refuses names that YAML 1.1 reads as booleans, with the quotes that they need', () => {
    expect(read('applications:\n- name: a\n  env: {N: 1}\n').messages).toEqual([
      'manifest.yml:3:9: env: YAML reads this name as a boolean; put quotes around it',
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

test.each([
  ['', 'the manifest is empty'],
  ['hello', 'the manifest has no list of applications'],
  ['applications: {}', 'the manifest has no list of applications'],
  ['applications: [x]', 'an application: expected a map, got a string'],
  ['applications: [', 'not valid YAML'],
])('refuses %j with what to write', (text, what) => {
  const { manifest, messages } = read(text)
  expect(manifest).toBeUndefined()
  expect(messages[0]).toContain(what)
})
