import { describe, expect, it } from 'vitest'
import { MOST_CHARACTERS_OF_COMMAND } from '../../src/platform/limits.ts'
import { MIB } from '../../src/platform/memory-size.ts'
import { processOf, readKeys } from './read.ts'

const letters = (count: number) => 'x'.repeat(count)

describe('a process of the manifest', () => {
  it.each([
    ['command: run', { command: 'run' }],
    [`command: ${letters(MOST_CHARACTERS_OF_COMMAND)}`, { command: letters(MOST_CHARACTERS_OF_COMMAND) }],
    ['command: false', {}],
    ['command: ~', {}],
    ["command: 'null'", {}],
    ['command: default', {}],
    ['memory: 1.5G', { memory: { bytes: 1536 * MIB } }],
    ['memory: 2047K', { memory: { bytes: MIB } }],
    ['memory: 1.25G', { memory: { bytes: 1280 * MIB } }],
    ['memory: "1MiB "', { memory: { bytes: MIB } }],
    ['memory: 1t', { memory: { bytes: MIB ** 2 } }],
    ["Memory: ' '", {}],
    ['Memory: ~', {}],
    ['Memory: []', {}],
    ['Memory: {}', {}],
    ['diskQuota: 1G', {}],
    ['disk_quota: 1M', {}],
    ['disk-quota: 2GB', {}],
    ['instances: 0', { instances: 0 }],
    ['instances: 2000000', { instances: 2_000_000 }],
    ['Instances: "2"', { instances: 2 }],
    ['Instances: "+2"', { instances: 2 }],
    ['Instances: ~', {}],
    ['timeout: 1', { timeout: 1 }],
    ['Timeout: ~', {}],
    ['health-check-type: port', { healthCheckType: 'port' }],
    ['health-check-type: http', { healthCheckType: 'http' }],
    ['health-check-type: process', { healthCheckType: 'process' }],
    ['health-check-type: none', { healthCheckType: 'process' }],
    ['health-check-http-endpoint: /', { healthCheckEndpoint: '/' }],
    ['health-check-http-endpoint: /a/b?c=d', { healthCheckEndpoint: '/a/b?c=d' }],
    ['health-check-http-endpoint: "x\\n/health"', { healthCheckEndpoint: 'x\n/health' }],
    ['health-check-http-endpoint: "/\u00a0x"', { healthCheckEndpoint: '/\u00a0x' }],
    ['health_check_http_endpoint: ~', {}],
    // Of two spellings, the one that cf push writes last.
    ['Memory: 1G\n  MEMORY: 2G', { memory: { bytes: 1024 * MIB } }],
    ['MEMORY: 2G\n  Memory: 1G', { memory: { bytes: 1024 * MIB } }],
    ['memory: 2G\n  Memory: 1G', { memory: { bytes: 1024 * MIB } }],
    ['log-rate-limit-per-second: "1K\\0"', { logRateLimit: 1024 }],
    ['Processes: [{type: web, health-check-type: nothing, Memory: x}]', {}],
    [
      'health-check-http-endpoint: /\n  health-check-type: http',
      { healthCheckEndpoint: '/', healthCheckType: 'http' },
    ],
    ['health-check-invocation-timeout: 1', { healthCheckInvocationTimeout: 1 }],
    ['health-check-interval: 1', { healthCheckInterval: 1 }],
    ['readiness-health-check-type: port', { readinessHealthCheckType: 'port' }],
    ['readiness-health-check-http-endpoint: /ready', { readinessHealthCheckEndpoint: '/ready' }],
    ['readiness-health-check-invocation-timeout: 1', { readinessHealthCheckInvocationTimeout: 1 }],
    ['readiness-health-check-interval: 1', { readinessHealthCheckInterval: 1 }],
    ['log-rate-limit-per-second: 16K', { logRateLimit: 16_384 }],
    ['log-rate-limit-per-second: 0', { logRateLimit: 0 }],
    ['log-rate-limit-per-second: -1', { logRateLimit: -1 }],
    ['log-rate-limit-per-second: -1B', { logRateLimit: -1 }],
    ['log-rate-limit-per-second: 5b', { logRateLimit: 5 }],
    ['log-rate-limit-per-second: 8388607T', { logRateLimit: 8_388_607 * 2 ** 40 }],
    ['log_rate_limit_per_second: ~', {}],
    ['processes: []', {}],
    ['Processes: [{type: web, command: run}]', { command: 'run' }],
    ['Processes: [{type: worker}]', {}],
  ])('gets from %s what Cloud Controller reads', (keys, values) => {
    const { manifest, said } = readKeys(keys)
    expect(said).toEqual([])
    expect(processOf(manifest)).toEqual({ type: 'web', ...values })
  })

  it.each([
    ['command: 5', '12: command: expected a string, got a number; put quotes around it'],
    ['command: true', '12: command: expected a string, got a boolean; put quotes around it'],
    ["command: ''", "12: command: is empty; remove it to use the buildpack's command"],
    [`command: ${letters(4097)}`, '12: command: has 4097 characters, the maximum is 4096'],
    ['memory: 64', '11: memory: "64" has no valid unit (B, K, M, G, T); use 64M'],
    ['memory: 64X', '11: memory: "64X" has no valid unit (B, K, M, G, T); use for example 512M'],
    ['Memory: [1]', '11: Memory: "[1]" is not a valid size; use for example 512M'],
    ['Memory: {a: 1}', '11: Memory: "{:a=>1}" is not a valid size; use for example 512M'],
    ['memory: " 64M"', '11: memory: " 64M" is not a valid size; use for example 512M'],
    ['memory: 64MX', '11: memory: "64MX" has no valid unit (B, K, M, G, T); use for example 512M'],
    ['memory: x64M', '11: memory: "x64M" is not a valid size; use for example 512M'],
    ['memory: 1048575B', '11: memory: must be at least 1M'],
    [
      'memory: "64M\u00a0"',
      '11: memory: "64M\u00a0" has no valid unit (B, K, M, G, T); use for example 512M',
    ],
    [
      'memory: "64M\\u2028"',
      '11: memory: "64M\\u2028" has no valid unit (B, K, M, G, T); use for example 512M',
    ],
    ['Processes: [{Type: web}]', '15: processes[0] has no type; add for example type: worker'],
    ['memory: -64', '11: memory: "-64" has no valid unit (B, K, M, G, T); use for example 512M'],
    ['memory: big', '11: memory: "big" is not a valid size; use for example 512M'],
    ['memory: 1023K', '11: memory: must be at least 1M'],
    ['memory: ((size))', '11: ((size)) has no value; pass --var size=VALUE or --vars-file FILE'],
    ['disk-quota: big', '15: disk-quota: "big" is not a valid size; use for example 1G'],
    ['disk-quota: 64X', '15: disk-quota: "64X" has no valid unit (B, K, M, G, T); use for example 1G'],
    ['disk_quota: 1023K', '15: disk-quota: must be at least 1M'],
    ['disk_quota: 0', '15: disk_quota: expected a string, got a number; use for example 1G'],
    ['disk-quota: 0', '15: disk-quota: "0" has no valid unit (B, K, M, G, T); use 0M'],
    [
      'log-rate-limit-per-second: fast',
      '30: log-rate-limit-per-second: "fast" is not a valid size; use for example 16K',
    ],
    [
      'log-rate-limit-per-second: -2B',
      '30: log-rate-limit-per-second: must be -1 (unlimited) or more; use for example 16K',
    ],
    [
      'log-rate-limit-per-second: 8388608T',
      '30: log-rate-limit-per-second: must be -1 (unlimited) or more; use for example 16K',
    ],
    ['instances: -1', '14: instances: expected a whole number of 0 to 2000000, got -1'],
    ['instances: 2000001', '14: instances: expected a whole number of 0 to 2000000, got 2000001'],
    ['Instances: many', '14: Instances: expected a whole number of 0 to 2000000, got a string'],
    ['Instances: "x2"', '14: Instances: expected a whole number of 0 to 2000000, got a string'],
    ['Instances: [2]', '14: Instances: expected a whole number of 0 to 2000000, got a list'],
    ['Instances: 2.5', '14: Instances: expected a whole number of 0 to 2000000, got a number'],
    ['Timeout: 0', '12: Timeout: expected a whole number of 1 or more, got 0'],
    ['Timeout: 1m', '12: Timeout: expected a whole number of 1 or more, got a string'],
    [
      'health-check-invocation-timeout: 0',
      '36: health-check-invocation-timeout: expected a whole number of 1 or more, got 0',
    ],
    ['health-check-interval: 0', '26: health-check-interval: expected a whole number of 1 or more, got 0'],
    [
      'readiness-health-check-invocation-timeout: 0',
      '46: readiness-health-check-invocation-timeout: expected a whole number of 1 or more, got 0',
    ],
    [
      'readiness-health-check-interval: 0',
      '36: readiness-health-check-interval: expected a whole number of 1 or more, got 0',
    ],
    [
      'health-check-type: tcp',
      '22: health-check-type: "tcp" is not a health check; use port, http or process',
    ],
    [
      'health_check_type: ~',
      '22: health_check_type: expected a string, got nothing; use port, http or process',
    ],
    [
      'readiness-health-check-type: tcp',
      '32: readiness-health-check-type: "tcp" is not a health check; use port, http or process',
    ],
    ['healthCheckType: tcp', '20: healthCheckType: "tcp" is not a health check; use port, http or process'],
    ['healthCheckHTTPEndpoint: x', '28: healthCheckHTTPEndpoint: "x" is not a path; use for example /health'],
    [
      'health-check-http-endpoint: health',
      '31: health-check-http-endpoint: "health" is not a path; use for example /health',
    ],
    [
      'health-check-http-endpoint: //health',
      '31: health-check-http-endpoint: "//health" is not a path; use for example /health',
    ],
    [
      'health-check-http-endpoint: /a b',
      '31: health-check-http-endpoint: "/a b" is not a path; use for example /health',
    ],
    [
      'health_check_http_endpoint: 5',
      '31: health_check_http_endpoint: expected a path, got a number; use for example /health',
    ],
    [
      'readiness-health-check-http-endpoint: ready',
      '41: readiness-health-check-http-endpoint: "ready" is not a path; use for example /health',
    ],
    [
      'health-check-http-endpoint: /\n  health-check-type: port',
      '31: health-check-http-endpoint: only allowed with health-check-type: http',
    ],
    [
      'readiness-health-check-http-endpoint: /\n  readiness-health-check-type: port',
      '41: readiness-health-check-http-endpoint: only allowed with readiness-health-check-type: http',
    ],
    ['Processes: web', '14: Processes: expected a list, got a string; use - type: web'],
    ['Processes: [web]', '15: processes[0]: expected a map with type; use - type: web'],
    ['processes: [{command: run}]', '15: processes[0] has no type; add for example type: worker'],
    ["processes: [{type: web}, {type: ' '}]", '28: processes[1] has no type; add for example type: worker'],
    ['processes: [{type: one}, {type: one}]', '28: process one is listed twice; merge the two entries'],
    [
      'processes: [{type: one, memory: 64}]',
      '35: processes[0].memory: "64" has no valid unit (B, K, M, G, T); use 64M',
    ],
    [
      'processes: [{type: one, disk_quota: 64}]',
      '39: processes[0].disk_quota: "64" has no valid unit (B, K, M, G, T); use 64M',
    ],
    [
      'processes: [{type: one, log-rate-limit-per-second: 64}]',
      '54: processes[0].log-rate-limit-per-second: "64" has no valid unit (B, K, M, G, T); use 64M',
    ],
    [
      'processes: [{type: one, health-check-timeout: 5}]',
      '49: processes[0].health-check-timeout: Cloud Foundry does not know this key; use timeout',
    ],
    ["processes: [{type: one, user: ''}]", '33: processes[0].user: expected 1 to 255 characters, got 0'],
    ["processes: [{type: web, user: ''}]", '33: processes[0].user: expected 1 to 255 characters, got 0'],
    [
      `processes: [{type: one, user: ${letters(256)}}]`,
      '33: processes[0].user: expected 1 to 255 characters, got 256',
    ],
    ['processes: [{type: one, user: 5}]', '33: processes[0].user: expected a string, got a number'],
  ])('is refused with %s', (keys, message) => {
    expect(readKeys(keys).said).toEqual([`error: manifest.yml:3:${message}`])
  })

  it.each(['[]', '[http, port]'])('has no health check from the list %s, with a warning', (value) => {
    const { manifest, said } = readKeys(`readiness-health-check-type: ${value}`)
    expect(processOf(manifest)).toEqual({ type: 'web' })
    expect(said).toEqual([
      'warning: manifest.yml:3:32: readiness-health-check-type: Cloud Foundry accepts a list in the manifest, but cannot store it; use port, http or process',
    ])
  })

  it.each(['[none]', '[~]', '[http, x]'])('refuses the list %s as a health check', (value) => {
    expect(readKeys(`readiness-health-check-type: ${value}`).said).toEqual([
      'error: manifest.yml:3:32: readiness-health-check-type: expected a string, got a list; use port, http or process',
    ])
  })

  it.each([letters(255), 'v', '~'])('may run as the user %s', (user) => {
    expect(readKeys(`processes: [{type: one, user: ${user}}]`).said).toEqual([])
  })

  it('leaves keys of the application that a listed web replaces without effect, with a warning for each', () => {
    const { manifest, said } = readKeys(
      [
        'processes: [{type: web, command: new}]',
        'memory: 64M',
        'command: old',
        'instances: 1',
        'disk_quota: 1G',
        'timeout: 1',
        'health-check-type: port',
        'health-check-interval: 1',
      ].join('\n  '),
    )
    expect(processOf(manifest)).toEqual({ type: 'web', command: 'new' })
    const ignored = (place: string, key: string, instead = 'move it to that entry') =>
      `warning: manifest.yml:${place}: ${key}: ignored, because processes lists web; ${instead}`
    expect(said).toEqual([
      ignored('4:11', 'memory'),
      ignored('5:12', 'command', 'remove it'),
      ignored('6:14', 'instances'),
      ignored('7:15', 'disk-quota'),
      ignored('8:12', 'timeout'),
      ignored('9:22', 'health-check-type'),
    ])
  })

  it('ignores a user of the application', () => {
    expect(readKeys('user: 5').said).toEqual(['warning: manifest.yml:3:3: Cloud Foundry ignores user'])
  })

  it('is read for each type, and web always', () => {
    const { manifest } = readKeys('command: own\n  processes: [{type: 5, command: five}, {type: worker}]')
    expect([...(manifest?.processes.keys() ?? [])]).toEqual(['web', '5', 'worker'])
    expect(processOf(manifest)).toEqual({ type: 'web', command: 'own' })
    expect(processOf(manifest, '5')).toEqual({ type: '5', command: 'five' })
  })
})
