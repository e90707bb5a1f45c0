import { describe, expect, it } from 'vitest'
import { jsonSchema } from '../../src/config/sidecars-yml.ts'
import { configurationIn, problemsIn } from './problems-of.ts'

const at = (column: number) => ({ file: '$SIDECARS_CONFIG', line: 1, column })

describe('java', () => {
  it.each<[string, object]>([
    [
      'java: {agents: [{source: {path: a.jar}, options: p=$PORT}, {source: {path: b.jar}}]}',
      {
        agents: [
          {
            source: { kind: 'path', path: 'a.jar', place: at(26) },
            options: ['p=', { variable: 'PORT', place: at(50) }],
            place: at(17),
            origin: { kind: 'app' },
          },
          {
            source: { kind: 'path', path: 'b.jar', place: at(69) },
            place: at(60),
            origin: { kind: 'app' },
          },
        ],
        libraries: [],
        options: [],
      },
    ],
    [
      'java: {libraries: [{source: {dependency: x}}], options: [-Da=1]}',
      {
        agents: [],
        libraries: [
          {
            source: { kind: 'dependency', dependency: 'x', place: at(29) },
            place: at(20),
            origin: { kind: 'app' },
          },
        ],
        options: [{ text: ['-Da=1'], place: at(58) }],
      },
    ],
  ])('%s', (text, java) => {
    expect(problemsIn(text)).toEqual([])
    expect(configurationIn(text).java).toStrictEqual(java)
  })

  const NO_SOURCE = 'has no source; write source: with path, dependency or uri'
  const DEPS = '.source has deps, which is only valid for sidecars; write path, dependency or uri'
  it.each([
    ['agents: [{}]', `1:17: java.agents[0] ${NO_SOURCE}`],
    ['libraries: [{}]', `1:20: java.libraries[0] ${NO_SOURCE}`],
    ['agents: [{source: {deps: x}}]', `1:26: java.agents[0]${DEPS}`],
    ['libraries: [{source: {deps: x}}]', `1:29: java.libraries[0]${DEPS}`],
    ['options: -Xss1m -Da', '1:17: java.options must be a list, got a string; use ["-Xss1m", "-Da"]'],
    ['options: [""]', '1:18: java.options[0] is empty; add a value, or remove the key'],
  ])('refuses %s', (keys, message) => {
    expect(problemsIn(`java: {${keys}}`)).toEqual([`error ${message}`])
  })
})

describe('processes', () => {
  it('are process types of the app with their commands', () => {
    expect(configurationIn('processes: {w: x, v: y}').processes).toEqual([
      { type: 'w', command: 'x', place: at(16) },
      { type: 'v', command: 'y', place: at(22) },
    ])
  })
})

it('the schema names its version and the file', () => {
  expect(jsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'sidecars.yml of the Sidecar Buildpack for Cloud Foundry',
    type: 'object',
  })
})

it('the schema says of each key what it is, for editors', () => {
  const without: string[] = []
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'properties' && !path.includes('not'))
        for (const [name, { description = '' }] of Object.entries<{ description?: string }>(value))
          if (!/^\S.{9,}\.$/.test(description)) without.push(`${path}/${name}`)
      visit(value, `${path}/${key}`)
    }
  }
  visit(jsonSchema(), '')
  expect(without).toEqual([])
})
