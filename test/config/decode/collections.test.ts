import { describe, expect, it } from 'vitest'
import { configurationIn, problemsIn } from '../problems-of.ts'

describe('a list', () => {
  it('has an example in the message', () => {
    expect(problemsIn('sidecars: {}')).toEqual([
      'error 1:11: sidecars must be a list, got a map; write for example - name: my-sidecar',
    ])
    expect(problemsIn('sidecars: [{name: a, source: {path: x}, args: {}}]')).toEqual([
      'error 1:47: sidecars[0].args must be a list, got a map; write for example [a, b]',
    ])
  })

  it.each(['', '~'])('may be empty at the top: "%s"', (nothing) => {
    const text = `sidecars: ${nothing}\njava:\n  agents: ${nothing}\n  libraries: ${nothing}\n  options: ${nothing}\nprocesses: ${nothing}\n`
    expect(problemsIn(text)).toEqual([])
    expect(configurationIn(text)).toEqual({
      sidecars: [],
      java: { agents: [], libraries: [], options: [] },
      processes: [],
    })
  })

  it('with an item that cannot be read is left out, unless it is the list of sidecars', () => {
    const text = 'sidecars: [{name: a, command: x, hide_env: [A, 1]}, b, {name: c, command: x}]'
    expect(problemsIn(text)).toHaveLength(2)
    expect(configurationIn(text).sidecars).toMatchObject([{ name: 'a', hideEnv: [] }, { name: 'c' }])
  })
})

describe('a map with free keys', () => {
  it.each([
    ['processes: [x]', '1:12: processes must be a map, got a list; write NAME: value, one per line'],
    ['processes: {" w": x}', '1:13: the key  w of processes " w" has spaces around it; use w'],
    ['processes: {w: [x]}', '1:16: processes.w must be a string, got a list; write one string'],
  ])('is refused: %s', (text, message) => {
    expect(problemsIn(text)).toEqual([`error ${message}`])
    expect(configurationIn(text).processes).toEqual([])
  })

  it('with a value that cannot be read is left out', () => {
    expect(configurationIn('processes: {v: x, w: [x]}').processes).toEqual([])
  })
})

describe('a map with known keys', () => {
  it('is named in the message with its keys', () => {
    expect(problemsIn('sidecars')).toEqual([
      'error 1:1: the file must be a map with the keys sidecars, java, processes, got a string; write for example sidecars: …',
    ])
    expect(problemsIn('java: []')).toEqual([
      'error 1:7: java must be a map with the keys agents, libraries, options, got a list; write for example agents: …',
    ])
  })

  it.each([
    ['wait', 'valid keys: sidecars, java, processes'],
    ['toString', 'valid keys: sidecars, java, processes'],
    ['jaba', 'did you mean java?'],
    ['JAVA', 'did you mean java?'],
    ['jav', 'did you mean java?'],
    ['ja', 'did you mean java?'],
    ['j', 'valid keys: sidecars, java, processes'],
  ])('suggests what is near an unknown key: %s', (key, message) => {
    expect(problemsIn(`sidecars: []\n${key}: x`)).toEqual([`error 2:1: unknown key ${key}; ${message}`])
  })

  it.each([
    ['prosesxtypen', true],
    ['prosexxtypen', false],
    ['prozestypen', false],
  ])('%s may differ from process_types in a third of its letters: %s', (key, isNear) => {
    const [said] = problemsIn(`sidecars: [{name: a, command: x, ${key}: [w]}]`)
    expect(said?.endsWith('did you mean process_types?')).toBe(isNear)
  })
})

it.each([
  ['name: a, cmd: x', 'sidecars[0]', 'cmd', 'command'],
  ['command: x, depends_on: b', 'sidecars[0]', 'depends_on', 'after'],
  ['command: x, environment: {}', 'sidecars[0]', 'environment', 'env'],
  ['command: x, healthcheck: {}', 'sidecars[0]', 'healthcheck', 'health'],
  ['command: x, mem_limit: 1M', 'sidecars[0]', 'mem_limit', 'memory'],
  ['command: x, processes: [w]', 'sidecars[0]', 'processes', 'process_types'],
  ['source: {file: x}', 'sidecars[0].source', 'file', 'path'],
  ['source: {url: x}', 'sidecars[0].source', 'url', 'uri'],
  ['source: {checksum: x}', 'sidecars[0].source', 'checksum', 'sha256'],
  ['health: {retries: x}', 'sidecars[0].health', 'retries', 'failures'],
  ['health: {start_period: x}', 'sidecars[0].health', 'start_period', 'grace'],
])('knows the key of another tool: %s', (keys, where, key, meant) => {
  expect(problemsIn(`sidecars: [{${keys}}]`).join('\n')).toContain(
    `: unknown key ${key} in ${where}; did you mean ${meant}?`,
  )
})

it('suggests the key of another tool only where it is one', () => {
  expect(problemsIn('sidecars: []\nfile: x')).toEqual([
    'error 2:1: unknown key file; valid keys: sidecars, java, processes',
  ])
})
