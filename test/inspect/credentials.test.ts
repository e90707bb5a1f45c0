import { expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { checkCredentials } from '../../src/inspect/credentials.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { boundServices } from '../../src/services/bound-services.ts'

const SECRET = 'hunter2'
const VCAP_SERVICES = JSON.stringify({
  apm: [{ name: 'my-apm', credentials: { license: { key: SECRET }, token: '' } }],
})

function check(env: string, services: string = VCAP_SERVICES, key = 'env') {
  const problems = new Problems()
  const SIDECARS_CONFIG = `sidecars: [{name: apm, command: x, memory: 1M, ${key}: ${env}}]`
  const { configuration } = readConfiguration({ appDir: '/nowhere', env: { SIDECARS_CONFIG } }, problems)
  checkCredentials(
    configuration,
    services === 'unknown' ? undefined : boundServices({ VCAP_SERVICES: services }),
    problems,
  )
  return problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)
}

it.each(['env', 'app_env'])('warns of a credential in %s that the bound service does not have', (key) => {
  expect(check('{KEY: {service: my-apm, credential: licence}}', VCAP_SERVICES, key)).toEqual([
    'warning: $SIDECARS_CONFIG:1:19: service my-apm has no credential licence, which sidecar apm needs to start; did you mean license?',
  ])
})

it('names the keys of the service when none is near, and never a value', () => {
  const said = check('{KEY: {service: apm, credential: url}}').join()
  expect(said).toContain('service my-apm has no credential url')
  expect(said).toContain('its keys are: license, token')
  expect(said).not.toContain(SECRET)
})

it('warns of an empty credential, and of a service that is not bound', () => {
  expect(check('{KEY: {service: my-apm, credential: token}}').join()).toContain(
    'credential token of service my-apm is empty',
  )
  expect(check('{KEY: {service: db, credential: url}}').join()).toContain(
    'sidecar apm needs service db, which is not bound; bind it before the start',
  )
})

it('knows patterns, and warns with their names when several services match', () => {
  const services = VCAP_SERVICES.replace(']}', ', {"name": "your-apm"}], "db": [{"name": "db"}]}')
  expect(check('{KEY: {service: "m?-*", credential: license.key}}', services)).toEqual([])
  expect(check('{KEY: {any: [none, my-apm], credential: license.key}}', services)).toEqual([])
  expect(check('{KEY: {any: ["*-apm", db], credential: url}}', services)).toEqual([
    'warning: $SIDECARS_CONFIG:1:19: sidecar apm needs exactly one service *-apm or db to start; several match: my-apm, your-apm, db; write the name of one of them',
  ])
  expect(check('{KEY: {any: [none, "no?"], credential: url}}', services)).toEqual([
    'warning: $SIDECARS_CONFIG:1:19: sidecar apm needs service none or no?, which is not bound; bind it before the start: cf bind-service APP SERVICE',
  ])
})

it('warns of all credentials that are missing, and of nothing that has a default', () => {
  expect(check('{KEY: {service: db}}', '{"db": [{"name": "db"}]}')).toEqual([
    'warning: $SIDECARS_CONFIG:1:19: service db has no credentials, which sidecar apm needs to start',
  ])
  expect(check('{KEY: {service: my-apm}}')).toEqual([])
  expect(
    check('{A: {service: gone, default: x}, B: {service: my-apm, credential: url, default: ""}}'),
  ).toEqual([])
  expect(check('{A: {service: gone, default: x}, B: {service: gone}}')).toHaveLength(1)
})

it('says nothing of a credential that is there, and nothing where the services are not known', () => {
  expect(check('{KEY: {service: my-apm, credential: license.key}}')).toEqual([])
  expect(check('{KEY: {service: db, credential: url}}', 'unknown')).toEqual([])
})
