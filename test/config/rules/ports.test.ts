import { describe, expect, it } from 'vitest'
import { problemsOf } from '../problems-of.ts'

const APP = 'is $PORT, where the platform expects the app'
const SSH = "is the port of the platform's sshd"
const ENVOY = "is one of the ports of the platform's own proxy"
const waits = (port: number, holder: string) =>
  `error 2:37: a waits for port ${port}, which ${holder}; choose another port for the sidecar`

describe('a check of a port that the platform uses is refused, because the sidecar cannot listen there', () => {
  it.each([
    ['wait_for: {port: 8080}', waits(8080, APP)],
    ['wait_for: {port: 2222}', waits(2222, SSH)],
    ['wait_for: {port: 61001}', waits(61001, ENVOY)],
    ['wait_for: {port: 61002}', waits(61002, ENVOY)],
    ['wait_for: {port: 61443}', waits(61443, ENVOY)],
    ['wait_for: {http: "http://localhost:8080/"}', waits(8080, APP)],
    ['wait_for: {http: "http://127.0.0.1:8080/"}', waits(8080, APP)],
    ['wait_for: {http: "http://[::1]:8080/"}', waits(8080, APP)],
    ['wait_for: {http: "http://0.0.0.0:8080/"}', waits(8080, APP)],
    [
      'health: {port: 2222}, restart: always',
      `error 2:35: health of a checks port 2222, which ${SSH}; choose another port for the sidecar`,
    ],
    [
      'health: {http: "http://localhost:8080/"}, restart: always',
      `error 2:35: health of a checks port 8080, which ${APP}; choose another port for the sidecar`,
    ],
  ])('%s', (keys, message) => {
    expect(problemsOf(`a, ${keys}`)).toEqual([message])
  })

  it.each([
    'wait_for: {http: "http://example.com:8080/"}',
    'wait_for: {socket: /tmp/8080}',
    'wait_for: {port: 61000}',
    'wait_for: {port: 62000}',
    'health: {command: "nc -z localhost 8080"}, restart: always',
  ])('but not %s', (keys) => {
    expect(problemsOf(`a, ${keys}`)).toEqual([])
  })
})

describe("warns once of a port that the platform's proxy uses in apps with more ports:", () => {
  it.each([
    ['wait_for: {port: 61003}', 61003],
    ['health: {port: 61999}, restart: always', 61999],
    ['wait_for: {port: 61003}, health: {port: 61003}, restart: always', 61003],
    ['proxy: {app_port: 61500}', 61500],
  ])('%s', (keys, port) => {
    expect(problemsOf(`a, ${keys}`)).toEqual([
      `warning 2:24: port ${port} of a is used by the platform's proxy if the app has more ports; choose a port below 61001`,
    ])
  })
})

describe('a proxy', () => {
  const endless =
    'error 2:50: a waits for port 8080, on which it listens itself as a proxy that starts after the app, so the wait never ends; remove wait_for: a proxy starts when the app behind it is ready'
  const sets = (name: string) =>
    `error 2:24: a is a proxy and sets ${name} in env; remove it: staging sets it`

  it.each([
    ['may not wait for itself', 'proxy: true, wait_for: {port: 8080}', [endless]],
    ['nor by a URL', 'proxy: true, wait_for: {http: "http://localhost:8080/up"}', [endless]],
    ['may be checked on the port of the app', 'proxy: true, health: {port: 8080}, restart: always', []],
    [
      'gets no port of the platform for the app behind it',
      'proxy: {app_port: 2222}',
      [`error 2:24: app_port 2222 of a ${SSH}; use another port, or remove app_port to get a free one`],
    ],
    [
      'does not set the ports that staging sets',
      'proxy: true, env: {PORT: 1, APP_PORT: 2}',
      [sets('PORT'), sets('APP_PORT')],
    ],
    ['is one only with proxy', 'env: {PORT: 1, APP_PORT: 2}', []],
  ])('%s', (_, keys, messages) => {
    expect(problemsOf(`a, ${keys}`)).toEqual(messages)
  })

  it.each(['PORT', 'VCAP_APP_PORT'])(
    'decides %s of the app behind it, so that no app_env may',
    (variable) => {
      const sets = `a, app_env: {${variable}: 9000}`
      const message = `error 3:24: app_env of a sets ${variable} of web, which has the proxy p; remove it: staging sets it`
      expect(problemsOf('p, proxy: true', sets)).toEqual([message])
      expect(problemsOf('p', sets)).toEqual([])
      expect(problemsOf('p, proxy: true', 'a, app_env: {HOST: x}')).toEqual([])
    },
  )
})

describe('two sidecars of one process cannot use the same port', () => {
  const both = (place: string, [one, other]: string, port: number, type = 'web') =>
    `error ${place}: ${one} and ${other} both use port ${port} in process ${type}; use different ports`

  it.each([
    [
      'whatever checks it',
      ['a, wait_for: {port: 81}', 'b, wait_for: {http: "http://localhost:81/"}'],
      [both('3:24', 'ba', 81)],
    ],
    [
      'each reported with the one before it; a URL without a port has 80',
      [
        'a, wait_for: {http: "http://localhost/"}',
        'b, health: {port: 80}, restart: always',
        'c, proxy: {app_port: 80}',
      ],
      [both('3:24', 'ba', 80), both('4:24', 'cb', 80)],
    ],
    [
      'reported for the process that has both',
      [
        'a, process_types: [web, worker], wait_for: {port: 81}',
        'b, process_types: [worker, clock], wait_for: {port: 81}',
      ],
      [both('3:24', 'ba', 81, 'worker')],
    ],
  ])('%s', (_, sidecars, messages) => {
    expect(problemsOf(...sidecars)).toEqual(messages)
  })

  it.each([
    ['two ports', ['a, wait_for: {port: 81}', 'b, wait_for: {port: 82}']],
    ['two processes', ['a, wait_for: {port: 81}', 'b, process_types: [worker], wait_for: {port: 81}']],
    ['one sidecar', ['a, wait_for: {port: 81}, health: {port: 81}, restart: always']],
  ])('%s are no conflict', (_, sidecars) => {
    expect(problemsOf(...sidecars)).toEqual([])
  })
})
