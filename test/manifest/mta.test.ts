import { expect, it } from 'vitest'
import { processOf, read } from './read.ts'

const MTA = `_schema-version: "3.1"
ID: shop
version: 1.0.0
modules:
- name: orders
  type: java
  path: orders
  requires: [{name: db}]
  parameters:
    buildpacks: [sidecar_buildpack, java_buildpack]
    memory: 512M
    health-check-timeout: 90
    health-check-interval: 20
    readiness-health-check-type: http
    readiness-health-check-invocation-timeout: 3
    host: \${org}-orders
  properties:
    LEVEL: debug
    DB_URL: ~{db/url}
- name: ui
  type: html5
  path: ui
`

it('reads plain parameters and properties of a module, and says what it does not read', () => {
  const { manifest, messages } = read(MTA, { application: 'orders' })
  expect(manifest).toMatchObject({
    name: 'orders',
    path: 'orders',
    buildpacks: ['sidecar_buildpack', 'java_buildpack'],
  })
  expect([...(manifest?.env ?? [])]).toEqual([['LEVEL', 'debug']])
  expect(manifest?.processes.get('web')).toMatchObject({
    memory: { bytes: 512 * 1024 ** 2 },
    timeout: 90,
    healthCheckInterval: 20,
    readinessHealthCheckType: 'http',
    readinessHealthCheckInvocationTimeout: 3,
  })
  expect(messages).toEqual([
    'manifest.yml:5:3: not read from the MTA descriptor: parameters.host, a property with a placeholder or structure, requires; only plain values of parameters and properties are read',
  ])
})

it('asks for the module, and says of each what it does not read', () => {
  const second = MTA.replace('path: ui', 'path: ui\n  hooks: []')
  expect(read(second).messages).toEqual([
    'manifest.yml:5:1: the manifest has 2 applications; choose one with --app: orders, ui',
    expect.stringMatching(/^manifest\.yml:5:3: not read from the MTA descriptor: parameters\.host, /),
    'manifest.yml:20:3: not read from the MTA descriptor: hooks; only plain values of parameters and properties are read',
  ])
  expect(read(second, { application: 'ui' }).messages).toHaveLength(1)
})

/** A descriptor of one module. */
const module = (keys: string, head = 'ID: shop') => read(`${head}\nmodules:\n- {name: a, ${keys}}\n`)

it.each([
  ['buildpack: b', { buildpacks: ['b'] }],
  ['docker: {image: x}', { lifecycle: 'docker' }],
  ['lifecycle: cnb', { lifecycle: 'cnb' }],
  ['stack: s', { stack: 's' }],
  ['app-name: other', { name: 'other' }],
])('reads the parameter %s', (parameter, expected) => {
  const { manifest, messages } = module(`parameters: {${parameter}}`)
  expect(messages).toEqual([])
  expect(manifest).toMatchObject(expected)
})

it.each([
  ['command: run', { command: 'run' }],
  ['disk-quota: 1G', {}],
  ['no-route: true', {}],
  ['instances: 3', { instances: 3 }],
  [
    'health-check-type: http, health-check-http-endpoint: /a',
    { healthCheckType: 'http', healthCheckEndpoint: '/a' },
  ],
  ['health-check-invocation-timeout: 4', { healthCheckInvocationTimeout: 4 }],
  [
    'readiness-health-check-type: http, readiness-health-check-http-endpoint: /a',
    { readinessHealthCheckType: 'http', readinessHealthCheckEndpoint: '/a' },
  ],
  ['readiness-health-check-interval: 5', { readinessHealthCheckInterval: 5 }],
])('reads for the process the parameter %s', (parameter, expected) => {
  const { manifest, messages } = module(`parameters: {${parameter}}`)
  expect(messages).toEqual([])
  expect(processOf(manifest)).toEqual({ type: 'web', ...expected })
})

it.each([
  ['parameters: {color: x, memory: "${size}"}', 'parameters.color, parameters.memory'],
  [
    'parameters: {buildpacks: [a, "~{b}"], docker: {image: a, username: "${c}"}}',
    'parameters.buildpacks, parameters.docker',
  ],
  ['properties: {A: "${b}", B: c}', 'a property with a placeholder or structure'],
  ['properties: {A: [b], B: c}', 'a property with a placeholder or structure'],
  ['properties: {A: {b: c}, B: c}', 'a property with a placeholder or structure'],
  [
    'requires: [], provides: [], hooks: [], build-parameters: {}',
    'requires, provides, hooks, build-parameters',
  ],
])('does not read %s', (keys, what) => {
  const { manifest, messages } = module(keys)
  expect(messages).toEqual([
    `manifest.yml:3:3: not read from the MTA descriptor: ${what}; only plain values of parameters and properties are read`,
  ])
  expect(manifest?.buildpacks).toEqual([])
  expect(manifest?.processes.get('web')?.memory).toBeUndefined()
  expect([...(manifest?.env ?? [])]).toEqual(keys.includes('B: c') ? [['B', 'c']] : [])
})

it.each(['ID: shop', '_schema-version: "3.1"'])('is recognised by modules beside %s', (head) => {
  expect(module('path: b, x: y, properties: {A: b}', head)).toMatchObject({
    manifest: { name: 'a', path: 'b' },
    messages: [],
  })
})

it.each([
  ['modules: [{name: a}]', '1:1'],
  ['ID: shop', '1:1'],
  ['ID: shop\nmodules: {name: a}', '2:10'],
  ['ID: shop\nmodules: [a]', '2:10'],
])('is not read without a list of modules, or without a mark of a descriptor: %j', (text, place) => {
  expect(read(text).messages).toEqual([
    `manifest.yml:${place}: the manifest has no list of applications; write applications: and below it - name: my-app`,
  ])
})
