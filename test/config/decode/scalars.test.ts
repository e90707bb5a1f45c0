import { describe, expect, it } from 'vitest'
import { problemsIn, sidecarWith } from '../problems-of.ts'

const problemsWith = (keys: string) => problemsIn(`sidecars: [{name: a, ${keys}}]`)

describe('a string', () => {
  it.each([
    ['[x]', 'must be a string, got a list; write one string'],
    ['{}', 'must be a string, got a map; write one string'],
    ['~', 'has no value; add a value, or remove the key'],
    ['null', 'has no value; add a value, or remove the key'],
    ['" "', 'is empty; add a value, or remove the key'],
    ['"a\\0b"', 'contains a NUL character; no process can be given one'],
    ['"\\ud800"', 'contains half of a surrogate pair; write the character itself'],
  ])('is refused: %s', (command, message) => {
    expect(problemsWith(`command: ${command}`)).toEqual([`error 1:31: sidecars[0].command ${message}`])
  })

  it.each([
    ['nullx', 'nullx'],
    ['"null"', 'null'],
    ['1.10', '1.10'],
    ['True', 'True'],
    ['" x"', ' x'],
  ])('is read as written: %s', (command, text) => {
    expect(sidecarWith(`command: ${command}`)?.command).toBe(text)
  })
})

describe('a boolean', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
  ])('may be %s', (word, value) => {
    expect(sidecarWith(`source: {path: x}, path: ${word}`)?.onPath).toBe(value)
  })

  it.each([
    ['yes', true],
    ['"true"', true],
    ['untrue', true],
    ['truest', true],
    ['falsehood', true],
    ['casino', true],
    ['tRUE', true],
    ['no', false],
    ['N', false],
    ['Off', false],
    ['fAlse', false],
    ['0', false],
    ['""', false],
  ])('is not %s, for which a hint has %s', (word, hint) => {
    expect(problemsWith(`command: x, enabled: ${word}`)).toEqual([
      `error 1:43: sidecars[0].enabled must be true or false, got a string; use ${hint}`,
    ])
  })

  it('is not a list', () => {
    expect(problemsWith('command: x, enabled: [no]')).toEqual([
      'error 1:43: sidecars[0].enabled must be true or false, got a list; use true',
    ])
  })
})

describe('a whole number', () => {
  const mustBe = 'must be a whole number from 1 to 1000'
  it.each([
    ['0', `(0) ${mustBe}; use 1`],
    ['1001', `(1001) ${mustBe}; use 1000`],
    ['-5', `(-5) ${mustBe}; use 1`],
    ['7.5', `(7.5) ${mustBe}; use 7`],
    ['7x', `(7x) ${mustBe}; use 7`],
    ['0000000000000005', `(0000000000000005) ${mustBe}; use 5`],
    ['many', `(many) ${mustBe}`],
    ['"x7"', `(x7) ${mustBe}`],
    ['x'.repeat(41), `(${'x'.repeat(40)}) ${mustBe}`],
    ['""', mustBe],
    ['[5]', mustBe],
  ])('is not %s', (value, message) => {
    expect(problemsWith(`command: x, health: {port: 81, failures: ${value}}`)).toEqual([
      `error 1:63: sidecars[0].health.failures ${message}`,
    ])
  })

  it.each([
    ['1', 1],
    ['1000', 1000],
    ['"5"', 5],
    ['000000000000005', 5],
  ])('may be %s', (value, number) => {
    expect(sidecarWith(`command: x, health: {port: 81, failures: ${value}}`)?.health?.failures).toBe(number)
  })
})

describe('one of several words', () => {
  const mustBe = 'must be one of never, on-failure, always'
  it.each([
    ['[always]', `${mustBe}, got a list; use never`],
    ['alwais', `${mustBe}, got "alwais"; use always`],
    ['ON-FAILURE', `${mustBe}, got "ON-FAILURE"; use on-failure`],
    ['constructor', `${mustBe}, got "constructor"; use never`],
    ['~', `${mustBe}, got nothing; use never`],
  ])('is not %s', (word, message) => {
    expect(problemsWith(`command: x, restart: {policy: ${word}}`)).toEqual([
      `error 1:52: sidecars[0].restart.policy ${message}`,
    ])
  })
})
