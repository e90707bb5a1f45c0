import { describe, expect, it } from 'vitest'
import { parseTemplate } from '../../../src/config/fields/env.ts'
import { problemsIn } from '../problems-of.ts'

const withEnv = (env: string) => problemsIn(`sidecars: [{name: a, command: x, env: ${env}}]`)
const withArgs = (args: string) => problemsIn(`sidecars: [{name: a, source: {path: x}, args: ${args}}]`)
const bytes = (number: number) => 'x'.repeat(number)

describe('a string with variables', () => {
  const place = { file: 'x', line: 1, column: 1 }
  it.each<[string, readonly string[]]>([
    ['', []],
    ['x', ['x']],
    ['$A', ['<A>']],
    ['a$B_1-c', ['a', '<B_1>', '-c']],
    ['${A}b${c}', ['<A>', 'b', '<c>']],
    ['$A$_B', ['<A>', '<_B>']],
    ['pa$$A', ['pa$A']],
    ['$$$A$$', ['$', '<A>', '$']],
    ['$', ['$']],
    ['$1 ${1} ${A:-b} $(c) a$', ['$1 ${1} ${A:-b} $(c) a$']],
  ])('%s', (source, parts) => {
    const read = parseTemplate(source, place)
    expect(read.map((each) => (typeof each === 'string' ? each : `<${each.variable}>`))).toEqual(parts)
    for (const each of read) if (typeof each !== 'string') expect(each.place).toBe(place)
  })

  const OWN = 'is a variable that bash sets itself, so the process would not get this value'
  it.each([
    ['["$UID"]', `uses $UID, which ${OWN}; write $$ for a dollar sign`],
    ['["x${IFS}y"]', `uses $IFS, which ${OWN}; write $$ for a dollar sign`],
    [`[${bytes(131_072)}]`, 'has more than 131071 bytes, which no process can be given; put it into a file'],
  ])('is refused: %.12s', (args, message) => {
    expect(withArgs(args)).toEqual([`error 1:48: sidecars[0].args[0] ${message}`])
  })

  it.each(['["$$UID"]', `[${bytes(131_071)}]`])('is accepted: %.12s', (args) => {
    expect(withArgs(args)).toEqual([])
  })
})

describe('env', () => {
  const inValue = 'error 1:43: a value in sidecars[0].env'
  it.each([
    [
      `{A: ${bytes(131_070)}}`,
      'error 1:39: sidecars[0].env has a value with more than 131071 bytes, name included; put it into a file',
    ],
    ['{A: {service: s, any: [t]}}', `${inValue} has both service and any; write one of service, any`],
    ['{A: {credential: k}}', `${inValue} has no service; write {service: NAME, credential: KEY}`],
    ['{A: {servce: s}}', 'error 1:44: unknown key in a value in sidecars[0].env; did you mean service?'],
    ['{A: [x]}', `${inValue} must be a string or {service: NAME, credential: KEY}, got a list`],
  ])('is refused: %.30s', (env, message) => {
    expect(withEnv(env)).toEqual([message])
  })

  it.each([
    `{A: ${bytes(131_069)}}`,
    `{A: "${bytes(131_066)}$PORT"}`,
    '{A: {any: [s, t]}, B: {service: s, credential: k, default: d}}',
    `{A: {service: s, default: ${bytes(131_071)}}}`,
  ])('is accepted: %.30s', (env) => {
    expect(withEnv(env)).toEqual([])
  })
})
