import { describe, expect, it } from 'vitest'
import { problemsIn } from '../problems-of.ts'

/** Beside sidecars b and c. */
const withKeys = (keys: string) =>
  problemsIn(`sidecars: [{name: a, command: x, ${keys}}, {name: b, command: x}, {name: c, command: x}]`)
const characters = (number: number) => '😀'.repeat(number)

describe('a name in env that is refused', () => {
  it.each(['1A', 'A-B', '"A B"', '"A="', '"="'])('because no shell can have it: %s', (name) => {
    expect(withKeys(`env: {${name}: x}`)).toEqual([
      'error 1:40: a name in sidecars[0].env is not a valid name of an environment variable; write only letters, digits and _, and no digit at the start',
    ])
  })

  it.each(['UID', 'EPOCHREALTIME', 'BASHPID', 'BASH_LINENO', 'BASH_SOURCE', 'IFS', '_'])(
    'because bash sets it: %s',
    (name) => {
      expect(withKeys(`env: {${name}: x}`)).toEqual([
        `error 1:40: a name in sidecars[0].env "${name}" is a variable that bash sets itself, so the process would not get this value; choose another name`,
      ])
    },
  )
})

it.each(['A', '_a1', 'UIDS', 'BASH_ENV'])('a name in env may be %s', (name) => {
  expect(withKeys(`env: {${name}: x}`)).toEqual([])
})

describe('refuses, with what to write instead,', () => {
  it.each([
    ['process_types: [" web"]', '1:50', 'process_types[0] " web" has spaces around it; use web'],
    [
      `process_types: [${characters(256)}]`,
      '1:50',
      'process_types[0] has more than 255 characters; choose a shorter one',
    ],
    ['process_types: []', '1:49', 'process_types is empty; remove the key to use [web]'],
    ['process_types: [web, clock, web]', '1:49', 'process_types lists web twice; list it once'],
    ['process_types: web', '1:49', 'process_types must be a list, got a string; use [web]'],
    ['process_types: "web,  clock"', '1:49', 'process_types must be a list, got a string; use [web, clock]'],
    [
      'process_types: "web/clock"',
      '1:49',
      'process_types must be a list, got a string; write for example [web]',
    ],
    ['after: []', '1:41', 'after is empty; list a sidecar, or remove the key'],
    ['after: [b, c, b]', '1:41', 'after lists b twice; list it once'],
    ['after: b c', '1:41', 'after must be a list, got a string; use [b, c]'],
    ['after: "b/c"', '1:41', 'after must be a list, got a string; write for example [config-server]'],
    ['wait_for: {port: 0}', '1:51', 'wait_for.port (0) must be a whole number from 1 to 65535; use 1'],
    [
      'wait_for: {port: 65536}',
      '1:51',
      'wait_for.port (65536) must be a whole number from 1 to 65535; use 65535',
    ],
  ])('%.40s', (keys, place, message) => {
    expect(withKeys(keys)).toEqual([`error ${place}: sidecars[0].${message}`])
  })

  it.each([
    ['name', `name: ${characters(256)}, command: x`, '1:19', 'has 256 characters; write at most 255'],
    [
      'command',
      `name: a, command: ${characters(4097)}`,
      '1:31',
      'has 4097 characters, the maximum is 4096; put it into a script, and run that',
    ],
  ])('a long %s', (key, keys, place, message) => {
    expect(problemsIn(`sidecars: [{${keys}}]`)).toEqual([`error ${place}: sidecars[0].${key} ${message}`])
  })
})

it('accepts the longest names and commands', () => {
  const keys = `name: ${'n'.repeat(255)}, command: ${characters(4096)}, process_types: [web, ${characters(255)}]`
  expect(
    problemsIn(`sidecars: [{${keys}, wait_for: {port: 65535}, after: [b]}, {name: b, command: x}]`),
  ).toEqual([])
})
