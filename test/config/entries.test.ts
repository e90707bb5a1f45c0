import { describe, expect, it } from 'vitest'
import { problemsIn, sidecarWith } from './problems-of.ts'

const at = (column: number) => ({ file: '$SIDECARS_CONFIG', line: 1, column })
const DEFAULTS = {
  name: 'a',
  place: at(19),
  origin: { kind: 'app' },
  processTypes: ['web'],
  args: [],
  env: new Map(),
  hideEnv: [],
  appEnv: new Map(),
  restart: { policy: 'never' },
  onPath: false,
  locked: false,
}

describe('a sidecar', () => {
  it('has defaults', () => {
    expect(sidecarWith('command: x')).toStrictEqual({ ...DEFAULTS, command: 'x' })
  })

  const text = (value: string) => ({ kind: 'text', text: [value] })
  const common = { timeout: 30_000, place: expect.anything() }
  it.each<[string, object]>([
    ['process_types: [worker]', { processTypes: ['worker'] }],
    ['env: {A: b}', { env: new Map([['A', text('b')]]) }],
    ['app_env: {A: b}', { appEnv: new Map([['A', text('b')]]) }],
    ['hide_env: [A]', { hideEnv: ['A'] }],
    ['restart: always', { restart: { policy: 'always' } }],
    ['memory: 1M', { memory: { bytes: 1 << 20 } }],
    [
      'restart: always, memory: {limit: 1M, guard: true}',
      { restart: { policy: 'always' }, memory: { bytes: 1 << 20 }, memoryGuard: at(59) },
    ],
    ['working_dir: bin', { workingDir: 'bin' }],
    ['working_dir: .', {}],
    ['proxy: true', { proxy: { wait: true } }],
    ['proxy: false', {}],
    ['wait_for: {port: 81}', { waitFor: { kind: 'port', port: 81, ...common } }],
    ['health: {port: 81}', { health: expect.objectContaining({ kind: 'port', port: 81 }) }],
    ['after: [b]', { after: { names: ['b'], place: at(41) } }],
    ['stop: {signal: INT}', { stop: expect.objectContaining({ signal: 'INT' }) }],
    ['when: {env: A}', { when: { kind: 'env', name: 'A' } }],
  ])('may have %s', (keys, more) => {
    expect(sidecarWith(`command: x, ${keys}`)).toStrictEqual({ ...DEFAULTS, command: 'x', ...more })
  })

  it.each<[string, object]>([
    ['args: [b]', { args: [['b']] }],
    ['path: true', { onPath: true }],
    ['setup: y', { setup: { script: 'y', place: at(48) } }],
  ])('of a source may have %s', (keys, more) => {
    const source = { kind: 'path', path: 'x', place: at(30) }
    expect(sidecarWith(`source: {path: x}, ${keys}`)).toStrictEqual({ ...DEFAULTS, source, ...more })
  })
})

describe('refuses', () => {
  const jar = 'the sidecar a has a jar as source.deps; add command: java -jar "$SIDECAR_HOME/x.jar"'
  it.each([
    ['no name', 'command: x', '12: the sidecar has no name; add for example name: my-sidecar'],
    [
      'args beside a command',
      'name: a, command: x, args: [y]',
      '40: the sidecar a has both args and command; put the arguments into the command',
    ],
    [
      'setup without a source',
      'name: a, command: x, setup: y',
      '41: the sidecar a has setup without a source; add a source: setup runs in its directory',
    ],
    [
      'setup of files that exist only at start',
      'name: a, source: {deps: x}, setup: y',
      '48: the sidecar a has setup with source.deps, whose files exist only at start; remove setup, or put it into the command',
    ],
    ['a jar that exists only at start', 'name: a, source: {deps: lib/x.jar}', `12: ${jar}`],
    ['a jar in such a directory', 'name: a, source: {deps: lib, executable: b/x.jar}', `12: ${jar}`],
    [
      'path without a source',
      'name: a, command: x, path: true',
      '40: the sidecar a has path: true without a source; path: true puts the directory of the source on the PATH of the app',
    ],
    [
      'locked',
      'name: a, command: x, locked: true',
      '42: locked is only valid in the sidecars.yml of a buildpack; remove it',
    ],
  ])('%s', (_, keys, message) => {
    expect(problemsIn(`sidecars: [{${keys}}]`)).toEqual([`error 1:${message}`])
  })

  it('no missing key where it may be one that cannot be read', () => {
    expect(problemsIn('sidecars: [{name: 5!, nme: x}, {name: [a], command: x}]')).toHaveLength(2)
    expect(problemsIn('sidecars: [{name: a, command: [x], args: [y]}]')).toHaveLength(2)
    expect(problemsIn('sidecars: [{name: a, source: [x], path: true, setup: y}]')).toHaveLength(1)
  })

  it.each([
    'name: a, source: {deps: lib/x.jar}, command: java -jar $SIDECAR_HOME/x.jar',
    'name: a, source: {deps: x}, path: true, args: [y]',
    'name: a, source: {deps: lib/x.jar.sh}',
    'name: a, command: x, path: false, locked: false',
  ])('not %s', (keys) => {
    expect(problemsIn(`sidecars: [{${keys}}]`)).toEqual([])
  })
})
