import { describe, expect, it } from 'vitest'
import { readKeys } from './read.ts'

const saidOf = (keys: string) => readKeys(keys).said
const letters = (count: number) => 'x'.repeat(count)
/** A domain of this many characters. */
const domain = (count: number) => `${`${letters(49)}.`.repeat(5)}${letters(count - 250)}`

describe('features of the manifest', () => {
  it.each(['ssh', 'revisions', 'service-binding-k8s', 'file-based-vcap-services'])(
    'may switch %s on and off',
    (name) => {
      for (const value of [true, false]) expect(saidOf(`features: {${name}: ${value}}`)).toEqual([])
    },
  )

  const EXPECTED = 'expected a map of features to true or false; use for example ssh: true'
  const NAMES = 'use ssh, revisions, service-binding-k8s, file-based-vcap-services'
  it.each([
    ['x', `13: features: ${EXPECTED}`],
    ['[ssh]', `13: features: ${EXPECTED}`],
    ['{}', `13: features: ${EXPECTED}`],
    ['~', `13: features: ${EXPECTED}`],
    ['{ssh: true, color: true}', `25: features: unknown feature color; ${NAMES}`],
    ['{5: true}', `14: features: unknown feature 5; ${NAMES}`],
    ['{ssh: "on"}', '19: features.ssh: expected true or false'],
  ])('are refused as %s', (value, message) => {
    expect(saidOf(`features: ${value}`)).toEqual([`error: manifest.yml:3:${message}`])
  })
})

describe('metadata of the manifest', () => {
  it.each([
    '~',
    '{}',
    '{labels: ~, annotations: ~}',
    '{labels: false, annotations: {}}',
    `{labels: {a: b, A.b_c-5: D.e_f-6, empty: '', number: 5, ${letters(63)}: ${letters(63)}}}`,
    `{labels: {example.com/a: b, a-1.b2.C/a: b, a.b/c: d, ${letters(63)}.x/a: b, x.${letters(63)}/a: b}}`,
    `{labels: {${domain(253)}/a: b}}`,
    `{annotations: {a: 'any text, with #!', number: 5, list: [1], example.com/a: b, long: ${letters(5000)}}}`,
    "{annotations: {'not a key': ~, '-': '', 'a/b/c': [], '': {}}}",
  ])('may be %s', (value) => {
    expect(saidOf(`metadata: ${value}`)).toEqual([])
  })

  const KEYS = 'use labels or annotations'
  it.each([
    ['x', `13: metadata: expected a map, got a string; ${KEYS}`],
    ['[a]', `13: metadata: expected a map, got a list; ${KEYS}`],
    ['{colors: {a: b}}', `14: metadata: unknown key colors; ${KEYS}`],
    ['{5: {a: b}}', `14: metadata: unknown key 5; ${KEYS}`],
    ['{labels: [a]}', '22: metadata.labels: expected a map'],
    ['{annotations: x}', '27: metadata.annotations: expected a map'],
    ['{labels: true}', '22: metadata.labels: expected a map'],
    ['{annotations: {a: true}}', '28: metadata.annotations.a: expected a string'],
    ['{annotations: {a: 1.5}}', '28: metadata.annotations.a: expected a string'],
    [
      `{annotations: {a: ${letters(5001)}}}`,
      '28: metadata.annotations.a: the value has more than 5000 characters',
    ],
    [
      `{annotations: {a: [${'x,'.repeat(5001)}]}}`,
      '28: metadata.annotations.a: the value has more than 5000 items',
    ],
    ['{annotations: {a/b/c: d}}', '28: metadata.annotations.a/b/c: more than one / in the key'],
  ])('is refused as %s', (value, message) => {
    expect(saidOf(`metadata: ${value}`)).toEqual([`error: manifest.yml:3:${message}`])
  })

  const NOT_A_DOMAIN = 'the prefix of the key is not a domain'
  const CHARACTERS = 'may contain only letters, digits, -, _ and .'
  const ENDS = 'must begin and end with a letter or digit'
  it.each([
    ['a/b/c', 'more than one / in the key'],
    ['com/a', NOT_A_DOMAIN],
    ['.com/a', NOT_A_DOMAIN],
    ['-a.com/a', NOT_A_DOMAIN],
    ['a-.com/a', NOT_A_DOMAIN],
    ['a.com-/a', NOT_A_DOMAIN],
    ['a.-com/a', NOT_A_DOMAIN],
    ['a_b.com/a', NOT_A_DOMAIN],
    ['a.c_m/a', NOT_A_DOMAIN],
    [`${letters(64)}.com/a`, NOT_A_DOMAIN],
    [`a.${letters(64)}/a`, NOT_A_DOMAIN],
    [`${domain(254)}/a`, 'the prefix of the key is too long'],
    ['cloudfoundry.org/a', 'the prefix cloudfoundry.org is reserved'],
    ['CloudFoundry.org/a', 'the prefix cloudfoundry.org is reserved'],
    ['', 'the key is empty'],
    [' ', 'the key is empty'],
    ['example.com/', 'the key is empty'],
    ['a b', `the key ${CHARACTERS}`],
    ['ä', `the key ${CHARACTERS}`],
    ['-a', `the key ${ENDS}`],
    ['a.', `the key ${ENDS}`],
    [letters(64), 'the key has more than 63 characters'],
  ])('is refused with the label %j', (key, fault) => {
    expect(saidOf(`metadata: {labels: {'${key}': b}}`)).toEqual([
      `error: manifest.yml:3:23: metadata.labels.${key}: ${fault}`,
    ])
  })

  it.each([
    ['a b', `the value ${CHARACTERS}`],
    ['_a', `the value ${ENDS}`],
    ['a-', `the value ${ENDS}`],
    [letters(64), 'the value has more than 63 characters'],
  ])('is refused with the value %j of a label', (value, fault) => {
    expect(saidOf(`metadata: {labels: {a: '${value}'}}`)).toEqual([
      `error: manifest.yml:3:23: metadata.labels.a: ${fault}`,
    ])
  })
})
