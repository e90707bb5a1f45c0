import { describe, expect, it } from 'vitest'
import { read, readKeys } from './read.ts'

const saidOf = (keys: string) => readKeys(keys).said
const ignores = (key: string, instead = '', place = '3:3') =>
  `warning: manifest.yml:${place}: Cloud Foundry ignores ${key}${instead && `; ${instead}`}`

const OF_PROCESSES = [
  'command: x',
  'disk-quota: 1G',
  'health-check-http-endpoint: /',
  'health-check-interval: 1',
  'health-check-invocation-timeout: 1',
  'health-check-type: http',
  'instances: 1',
  'log-rate-limit-per-second: 1K',
  'memory: 1G',
  'readiness-health-check-http-endpoint: /',
  'readiness-health-check-interval: 1',
  'readiness-health-check-invocation-timeout: 1',
  'readiness-health-check-type: http',
  'timeout: 1',
]
const OF_APPLICATIONS = [
  ...OF_PROCESSES,
  'buildpacks: [a]',
  'env: {}',
  'features: {ssh: true}',
  'lifecycle: buildpack',
  'metadata: {}',
  'no-route: false',
  'random-route: false',
  'default-route: true',
  'path: x',
  'routes: []',
  'services: []',
  'sidecars: []',
  'stack: x',
]

describe('keys that Cloud Foundry knows', () => {
  it('cause no warning in an application, in a process and in a sidecar', () => {
    expect(saidOf(OF_APPLICATIONS.join('\n  '))).toEqual([])
    expect(saidOf(`processes: [{type: one, user: vcap, ${OF_PROCESSES.join(', ')}}]`)).toEqual([])
    expect(saidOf('sidecars: [{name: a, command: b, process_types: [web], memory: 1M}]')).toEqual([])
    for (const key of ['buildpack: a', 'docker: {image: a}', 'cnb-credentials: {a: {}}']) {
      expect(saidOf(key)).toEqual([])
    }
  })

  it('may be written in another form, but not those of a sidecar', () => {
    expect(saidOf('healthCheckInterval: 1\n  readiness_health_check_interval: 1')).toEqual([])
    expect(saidOf('sidecars: [{name: a, command: b, process_types: [web], processTypes: [web]}]')).toEqual([
      ignores('processTypes of a sidecar', 'did you mean process_types?', '3:58'),
    ])
  })
})

describe('a key that Cloud Foundry ignores', () => {
  it.each([
    ['health-check-timeout', 'use timeout'],
    ['memory_in_mb', 'use memory'],
    ['process_type', 'use process_types'],
    ['process-types', 'use process_types'],
    ['domain', 'use routes'],
    ['domains', 'use routes'],
    ['host', 'use routes'],
    ['hosts', 'use routes'],
    ['no-start', 'use cf push --no-start'],
    ['inherit', 'merge the manifests'],
    ['comand', 'did you mean command?'],
    ['stak', 'did you mean stack?'],
    ['color', ''],
    ['a.b-c_1', ''],
  ])('of an application is %s', (key, instead) => {
    expect(saidOf(`${key}: x`)).toEqual([ignores(key, instead)])
  })

  it.each([
    ['stack', 'move it to the application'],
    ['noRoute', 'move it to the application'],
    ['memory_in_mb', 'use memory'],
    ['typ', 'did you mean type?'],
    ['comand', 'did you mean command?'],
    ['color', ''],
  ])('of a process is %s', (key, instead) => {
    expect(saidOf(`processes: [{type: one, ${key}: x}]`)).toEqual([
      ignores(`${key} of a process`, instead, '3:27'),
    ])
  })

  const ENV = 'a sidecar gets the environment of the app; sidecars.yml can set env for one sidecar'
  it.each([
    ['env', ENV],
    ['disk_quota', 'a sidecar shares the disk of the app'],
    ['disk-quota', 'a sidecar shares the disk of the app'],
    ['docker', 'a sidecar runs in the container of the app'],
    ['process-types', 'use process_types'],
    ['comand', 'did you mean command?'],
    ['color', ''],
  ])('of a sidecar is %s', (key, instead) => {
    const sidecar = `{name: a, command: b, process_types: [web], ${key}: x}`
    expect(saidOf(`sidecars: [${sidecar}]`)).toEqual([ignores(`${key} of a sidecar`, instead, '3:58')])
  })

  it.each(['memory', 'disk_quota', 'noRoute'])('is %s at the top level', (key) => {
    expect(read(`version: 1\n${key}: 1G\ncolor: x\napplications: [{name: a}]\n`).messages).toEqual([
      `manifest.yml:2:1: Cloud Foundry ignores ${key} here; move it into the application`,
    ])
  })

  it.each(['x y', 'geheim=1', 'x'.repeat(65), '""', 'ü', '1,000.5'])(
    'is not shown if it does not look like a key: %s',
    (key) => {
      expect(saidOf(`${key}: x`)).toEqual([ignores('this key')])
    },
  )
})
