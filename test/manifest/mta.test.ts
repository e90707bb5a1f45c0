import { expect, it } from 'vitest'
import { readAppManifest } from '../../src/manifest/app-manifest.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'

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

function read(application?: string) {
  const problems = new Problems()
  const choice = application === undefined ? {} : { application }
  const manifest = readAppManifest(MTA, 'mta.yaml', problems, choice)
  return { manifest, said: problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`) }
}

it('reads plain parameters and properties of a module, and says what it does not read', () => {
  const { manifest, said } = read('orders')
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
  expect(said).toEqual([
    'warning: mta.yaml:5:3: not read from the MTA descriptor: parameters.host, a property with a placeholder or structure, requires; only plain values of parameters and properties are read',
  ])
})

it('asks for the module', () => {
  expect(read().said.join('\n')).toContain('choose one with --app: orders, ui')
})
