import { describe, expect, it } from 'vitest'
import { MIB } from '../../src/platform/memory-size.ts'
import { processOf, readKeys } from './read.ts'

describe('an application that cf push sends', () => {
  it.each([
    ['timeout: 90.9', { timeout: 90 }],
    ['timeout: 9223372036854775807', { timeout: 2 ** 63 }],
    ['timeout: 0', {}],
    ['timeout: ~', {}],
    ['instances: 0.9', { instances: 0 }],
    ["memory: ''", {}],
    ["log-rate-limit-per-second: ''", {}],
    ['disk-quota: 1G', {}],
    ['disk_quota: ~', {}],
    ['disk-quota: 1X\n  disk_quota: ~', {}],
    ['no-route: false\n  random-route: ~', {}],
    ['processes: ~', {}],
    ['processes: [{type: web, memory: 1M, disk-quota: 1G}]', { memory: { bytes: MIB } }],
    ['processes: [{type: web, disk-quota: ~, timeout: 0, instances: 0}]', { instances: 0 }],
    [
      "processes: [{type: web, memory: '', health-check-type: http, health-check-http-endpoint: /}]",
      { healthCheckType: 'http', healthCheckEndpoint: '/' },
    ],
    ['processes: [{type: web, log-rate-limit-per-second: 1K}]', { logRateLimit: 1024 }],
  ])('has with %j the values that the CLI sends', (keys, values) => {
    const { manifest, said } = readKeys(keys)
    expect(said).toEqual([])
    expect(processOf(manifest)).toEqual({ type: 'web', ...values })
  })

  it('has strings for numbers and booleans under the keys that are strings', () => {
    const { manifest, said } = readKeys('stack: 1.50\n  path: true')
    expect(said).toEqual([])
    expect(manifest).toMatchObject({ stack: '1.5', path: 'true' })
  })

  it.each([
    ['docker: ~', 'buildpack'],
    ['docker: {}', 'docker'],
    ['docker: {image: 5, username: ~, other: x}', 'docker'],
    ['lifecycle: cnb', 'cnb'],
  ])('with %j has the lifecycle %s', (keys, lifecycle) => {
    const { manifest, said } = readKeys(keys)
    expect({ said, lifecycle: manifest?.lifecycle }).toEqual({ said: [], lifecycle })
  })

  const OUT_OF_RANGE = '12: timeout: the number is out of range'
  const LEAST = 'timeout: expected a whole number of 1 or more, got -9223372036854775808'
  it.each([
    ['path: [a]', '9: path: expected a string, got a list'],
    ['stack: {a: b}', '10: stack: expected a string, got a map'],
    ['timeout: 1m', '12: timeout: expected a number, got "1m"'],
    ['timeout: true', '12: timeout: expected a number, got a boolean'],
    ['instances: []', '14: instances: expected a number, got a list'],
    ['timeout: 9223372036854775808.0', `12: ${LEAST}`],
    ['timeout: -9223372036854775808', `12: ${LEAST}`],
    ['timeout: -1e+30', `12: ${LEAST}`],
    ['timeout: 9223372036854775808', OUT_OF_RANGE],
    ['timeout: 1e+30', OUT_OF_RANGE],
    ['timeout: .inf', OUT_OF_RANGE],
    ['timeout: .nan', OUT_OF_RANGE],
    ['no-route: x', '13: no-route: expected true or false, got "x"'],
    ['random-route: []', '17: random-route: expected true or false, got a list'],
    ['default-route: 1', '18: default-route: expected true or false, got a number'],
    ['docker: x', '11: docker: expected a map, got a string'],
    ['docker: {image: [x]}', '19: docker.image: expected a string, got a list'],
    ['docker: {username: {}}', '22: docker.username: expected a string, got a map'],
    [
      'disk_quota: 1G\n  disk-quota: 1G',
      '15: disk_quota and disk-quota cannot be used together; remove disk_quota',
    ],
    ['disk_quota: [1G]', '15: disk_quota: expected a string, got a list; use for example 1G'],
    ['processes: x', '14: processes: expected a list, got a string; use - type: web'],
    ['processes: [x]', '15: processes[0]: expected a map, got a string'],
    ['processes: [~]', '15: processes[0] has no type; add for example type: worker'],
    ['processes: [{type: ~}]', '15: processes[0] has no type; add for example type: worker'],
    ["processes: [{type: ''}]", '15: processes[0] has no type; add for example type: worker'],
    ['processes: [{type: one, timeout: x}]', '36: processes[0].timeout: expected a number, got "x"'],
    ['processes: [{type: [one]}]', '22: processes[0].type: expected a string, got a list'],
    [
      'processes: [{type: one, disk-quota: 1G, disk_quota: 1G}]',
      '39: processes[0].disk-quota and disk_quota cannot be used together; remove disk-quota',
    ],
    [
      'processes: [{type: one, disk-quota: 1}]',
      '39: processes[0].disk-quota: expected a string, got a number; use for example 1G',
    ],
  ])('is refused with %j', (keys, message) => {
    expect(readKeys(keys).said).toContain(`error: manifest.yml:3:${message}`)
  })
})
