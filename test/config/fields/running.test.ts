import { describe, expect, it } from 'vitest'
import { problemsIn, sidecarWith } from '../problems-of.ts'

/** Of a key that begins at column 34. */
const problemsWith = (key: string, value: string) =>
  problemsIn(`sidecars: [{name: a, command: x, ${key}: ${value}}]`)

const refused: readonly (readonly [key: string, value: string, place: number, message: string])[] = [
  ['proxy', '[x]', 41, ' must be true, false or {app_port: 9000, wait: false}, got a list'],
  ['proxy', 'yes', 41, ' must be true or false, got a string; use true'],
  [
    'restart',
    '[x]',
    43,
    ' must be never, on-failure, always or {policy: on-failure, attempts: 5}, got a list',
  ],
  ['restart', '{attempts: 5}', 43, ' has no policy; write {policy: on-failure, attempts: 5}'],
  ['restart', '{policy: never, attempts: 5}', 43, ' has attempts with policy never; remove one of them'],
  ['stop', '{signal: STOP}', 49, '.signal "STOP" is not a signal that can stop a process; use HUP'],
  ['stop', '{signal: xSIGINT}', 49, '.signal "xSIGINT" is not a signal that can stop a process; use INT'],
  ['stop', '{delay: 9501ms}', 48, '.delay "9501ms" must be from 0s to 9.5s; use 9500ms'],
  ['stop', '5s', 40, ' must be a map, got a string; use {delay: 5s}'],
  ['stop', '1.5', 40, ' must be a map, got a string; use {delay: 1.5s}'],
  ['stop', 'sigint', 40, ' must be a map, got a string; use {signal: INT}'],
  ['when', 'my-apm.v2', 40, ' must be a map, got a string; use {service: my-apm.v2}'],
]

it.each(refused)('refuses %s: %s', (key, value, column, message) => {
  expect(problemsWith(key, value)).toEqual([`error 1:${column}: sidecars[0].${key}${message}`])
})

it.each([
  ['stop', '10s', 'signal, delay'],
  ['stop', 'x5s', 'signal, delay'],
  ['stop', 'TERMINATE', 'signal, delay'],
  ['when', 'my apm', 'service, any, env'],
  ['when', '$APM', 'service, any, env'],
])('suggests nothing in place of %s: %s that would be refused', (key, value, keys) => {
  const [first] = keys.split(',')
  expect(problemsWith(key, value)).toEqual([
    `error 1:40: sidecars[0].${key} must be a map with the keys ${keys}, got a string; write for example ${first}: …`,
  ])
})

it.each([
  ['yes', 'always'],
  ['on', 'always'],
  ['true', 'always'],
  ['Unless-Stopped', 'always'],
  ['on-success', 'always'],
  ['on-abnormal', 'on-failure'],
  ['no', 'never'],
  ['off', 'never'],
  ['false', 'never'],
  ['nevr', 'never'],
])('suggests for restart: %s, as Docker, systemd and YAML write it, %s', (word, policy) => {
  expect(problemsWith('restart', word)).toEqual([
    `error 1:43: sidecars[0].restart must be one of never, on-failure, always, got "${word}"; use ${policy}`,
  ])
})

describe('reads', () => {
  it.each<[string, string, object | undefined]>([
    ['proxy', 'true', { wait: true }],
    ['proxy', 'false', undefined],
    ['proxy', '{}', { wait: true }],
    ['proxy', '{app_port: 9000}', { appPort: 9000, wait: true }],
    ['proxy', '{wait: false}', { wait: false }],
    ['restart', 'on-failure', { policy: 'on-failure' }],
    ['restart', '{policy: never}', { policy: 'never' }],
    ['restart', '{policy: always, attempts: 5}', { policy: 'always', attempts: 5 }],
    ['stop', '{}', { signal: 'TERM', delay: 0 }],
    ['stop', '{signal: SIGQUIT}', { signal: 'QUIT', delay: 0 }],
    ['stop', '{signal: usr1, delay: 9.5s}', { signal: 'USR1', delay: 9500 }],
    ['when', '{env: A}', { kind: 'env', name: 'A' }],
    ['when', '{service: s}', { kind: 'service', services: ['s'] }],
    ['when', '{any: [s, t]}', { kind: 'service', services: ['s', 't'] }],
  ])('%s: %s', (key, value, expected) => {
    expect(problemsWith(key, value)).toEqual([])
    expect(sidecarWith(`command: x, ${key}: ${value}`)?.[key as 'proxy']).toStrictEqual(expected)
  })

  it.each('HUP INT QUIT USR1 USR2 TERM WINCH CONT KILL'.split(' '))('stop: {signal: %s}', (signal) => {
    expect(sidecarWith(`command: x, stop: {signal: ${signal}}`)?.stop).toEqual({ signal, delay: 0 })
  })
})

describe('when', () => {
  const exactlyOne =
    'error 1:40: sidecars[0].when must have exactly one condition; write {service: NAME}, {any: [NAME, NAME]} or {env: NAME}'
  it.each(['{}', '{service: s, env: A}', '{any: [s], env: A}', '{any: [s], service: t}'])(
    'has exactly one condition: not %s',
    (value) => {
      expect(problemsWith('when', value)).toEqual([exactlyOne])
    },
  )

  it.each(['{sevice: s}', '{service: s, more: 1}', '{service: [s]}'])(
    'is left out where a part of it cannot be read: %s',
    (value) => {
      expect(problemsWith('when', value)).toHaveLength(1)
      expect(sidecarWith(`command: x, when: ${value}`)).not.toHaveProperty('when')
    },
  )
})
