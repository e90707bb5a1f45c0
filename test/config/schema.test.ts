import Ajv from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { mergeLayers } from '../../src/config/merge.ts'
import { readSidecarsYml } from '../../src/config/read.ts'
import { jsonSchema } from '../../src/config/sidecars-yml.ts'
import { Problems } from '../../src/problems/problems.ts'

/** What a schema cannot say is left out: bounds of times, whole numbers of MB, rules between sidecars. */
const bySchema = new Ajv({ allowUnionTypes: true }).compile(jsonSchema())

function byReader(document: unknown): boolean {
  const problems = new Problems()
  const app = readSidecarsYml({ file: 'sidecars.yml', text: JSON.stringify(document) }, problems)
  if (app) mergeLayers({ app, appEntriesTaken: false }, problems)
  return !problems.hasErrors
}

const SUM = 'a'.repeat(64)
const texts = [null, '', ' ', 'x', ' x ', 5, true, [], {}, 'a b', 'a\nb']
const envs = [
  null,
  [],
  'A=b',
  {},
  ...['A', '_A1', '', 'a.b', '1A', 'UID', 'A-B', 'A ', 'RANDOM'].map((name) => ({ [name]: 'x' })),
  ...texts.map((A) => ({ A })),
  { A: { service: 's' } },
  { A: { service: 's', credential: 'c' } },
  { A: { service: '', credential: 'c' } },
  { A: { service: 's', credential: 'c', more: 1 } },
  { A: { service: ['s'], credential: 5 } },
  { A: { any: ['s', '*'], credential: 5 } },
  { A: { credential: 'c', default: 'd' } },
  ...texts.map((each) => ({ A: { service: 's', default: each } })),
  { A: { any: [], credential: 'c' } },
  { A: { any: ['s'], service: 's', credential: 'c' } },
]
const paths = [
  ...texts,
  '/x',
  '../x',
  'a/..',
  'a/../b',
  '..',
  '..a',
  'a..',
  'a/..b',
  '.',
  './x',
  'a//b',
  'a\n/..',
]
const sources = [
  null,
  'x',
  [],
  {},
  ...paths.map((path) => ({ path })),
  ...paths.map((executable) => ({ path: 'x', executable })),
  ...texts.map((dependency) => ({ dependency })),
  ...texts.map((version) => ({ dependency: 'x', version })),
  { path: 'x', version: '1' },
  { path: 'x', sha256: SUM },
  { path: 'x', dependency: 'y' },
  { path: 'x', uri: 'http://h/x' },
  { path: 'x', deps: 'x' },
  { deps: 'x', executable: 'bin/x' },
  { deps: 'x', version: 1 },
  ...[...paths, '.', './', 'deps/0/x', './deps/10/a/b', 'deps/x', 'deps/0'].map((deps) => ({ deps })),
  { path: 'x', uri: 'http://h/x', sha256: SUM },
  { uri: 'http://h/x' },
  { sha256: SUM },
  { executable: 'x' },
  { uri: 'http://h/x', version: 1, sha256: SUM },
  ...[SUM.toUpperCase(), 'abc', `${SUM}a`, true, null, 'g'.repeat(64)].map((sha256) => ({
    uri: 'http://h/x',
    sha256,
  })),
  ...[
    'HTTPS://h/x',
    'file:///x',
    'ftp://h/x',
    'h/x',
    'http://h/x#y',
    'http://h/x y',
    'http://h/\n',
    5,
    '',
    null,
  ].map((uri) => ({ uri, sha256: SUM })),
]
const ports = [0, 1, 65_535, 65_536, -1, '81', 'x', '', '8 1', true, null, 1.5, []]
const times = ['1s', '1.5s', '500ms', '1', 1, '1 s', '1S', '-1s', '', null, '1.2345s', '1m30s', '1.s']

/** By key of an entry that has a name and, where it is another key, a command or a source. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  name: [...texts, 'n'.repeat(255), 'n'.repeat(256), '😀'.repeat(255)],
  process_types: [
    null,
    [],
    'web',
    {},
    ['web'],
    ['web', 'web'],
    ...texts.map((type) => [type]),
    ['t'.repeat(256)],
    ['web ', 'b'],
  ],
  memory: [
    ...texts,
    ...[
      '256M',
      '256MB',
      '256MiB',
      '1.5G',
      '262144K',
      '0',
      '0M',
      '0.0G',
      '-1M',
      '+1M',
      '1g',
      ' 1M ',
      '1 M',
      '.5G',
      '1.G',
    ],
    ...[
      { guard: true },
      { limit: '64M' },
      { limit: '64M', guard: false },
      { limit: 64 },
      { limit: '64M', guard: 'yes' },
      { limit: '64M', max: 1 },
    ],
    ...['1X', '1MM', 'M', '1e3M', 256, '0001M', '1048576B'],
  ],
  command: [...texts, 'c'.repeat(4096), 'c'.repeat(4097)],
  source: sources,
  args: [null, 'x', {}, [], ...texts.map((each) => [each])],
  env: envs,
  app_env: envs,
  hide_env: [null, 'A', {}, [], ['A', 'A'], ['UID'], ['a.b'], [''], [5], [null]],
  working_dir: paths,
  proxy: [
    true,
    false,
    null,
    'true',
    'yes',
    9000,
    {},
    [],
    { wait: false },
    { wait: 'no' },
    { x: 1 },
    ...ports.map((app_port) => ({ app_port })),
  ],
  wait_for: [
    ...[null, {}, [], 5, 'x', { timeout: '1s' }, { port: 81, http: 'http://h' }, { prot: 1 }],
    ...ports.map((port) => ({ port })),
    ...['http://h/x', 'HTTP://h', 'https://h', 'h:81', '', 5, null].map((http) => ({ http })),
    ...texts.map((socket) => ({ socket })),
    ...times.map((timeout) => ({ port: 81, timeout })),
  ],
  after: [null, {}, 'x', [], ['x'], ['x', 'x'], ...texts.map((name) => [name])],
  health: [
    ...[null, {}, [], 5, 'x', { interval: '1s' }, { port: 81, command: 'x' }, { prot: 1 }],
    ...ports.map((port) => ({ port })),
    ...['http://h/x', 'HTTP://h', 'https://h', 'h:81', '', 5, null].map((http) => ({ http })),
    ...texts.map((socket) => ({ socket })),
    ...[...texts, 'c'.repeat(4096), 'c'.repeat(4097)].map((command) => ({ command })),
    ...times.filter((time) => time !== '500ms').map((interval) => ({ port: 81, interval })),
    ...times.map((timeout) => ({ port: 81, timeout })),
    ...times.map((grace) => ({ port: 81, grace })),
    ...[1, 0, '5', 'x', 1000, 1001, null].map((failures) => ({ port: 81, failures })),
  ],
  restart: [
    ...['never', 'on-failure', 'always', 'Never', '', null, 5, [], {}],
    ...['never', 'always', 'no', null].map((policy) => ({ policy })),
    ...[1, 0, '5', 'x', 1_000_001, null].map((attempts) => ({ policy: 'always', attempts })),
    { attempts: 5 },
    { policy: 'never', attempts: 5 },
  ],
  stop: [
    ...[null, {}, [], 'TERM', 15, { more: 1 }],
    ...['TERM', 'sigterm', 'SigInt', 'SIG', 'STOP', 'TERMx', 15, '', null].map((signal) => ({ signal })),
    ...times.map((delay) => ({ delay })),
  ],
  setup: texts,
  when: [
    null,
    {},
    [],
    'x',
    { service: 's', env: 'E' },
    { service: 's', any: ['a'] },
    ...texts.map((service) => ({ service })),
    ...[null, 'a', [], ['a', '*b?'], [''], [['a']], [5]].map((any) => ({ any })),
    ...['A', 'UID', '1A', 'a.b'].map((env) => ({ env })),
  ],
  path: [true, false, null, 'true', 1],
  enabled: [true, false, null, 'true', 'no', 0, [], {}],
  locked: [false, null, 'false', 1],
  comand: ['x'],
}

const files: readonly unknown[] = [
  ...[
    null,
    [],
    'x',
    {},
    { sidecars: null },
    { sidecars: {} },
    { sidecars: [null] },
    { sidecars: ['x'] },
    { sidecars: [{}] },
  ],
  ...[
    null,
    [],
    {},
    { agents: null, libraries: null, options: null },
    { agent: [] },
    { agents: [{}] },
    { libraries: [{}] },
  ].map((java) => ({ java })),
  ...sources.map((source) => ({ java: { agents: [{ source }], libraries: [{ source }] } })),
  ...texts.map((option) => ({ java: { agents: [{ source: { path: 'x' }, options: option }] } })),
  ...texts.map((option) => ({ java: { options: [option] } })),
  ...[null, [], {}, ...texts.map((w) => ({ w })), { '': 'x' }, { ' w': 'x' }, { 'a b': 'x' }].map(
    (processes) => ({ processes }),
  ),
  ...['UID', 'x'].map((applications) => ({ applications })),
]

describe('the JSON Schema and the reader', () => {
  it.each(Object.keys(values))('take and refuse the same: %s', (key) => {
    const written = values[key] ?? []
    const beside = [{}, { command: 'x' }, { source: { path: 'x' } }, { command: 'x', source: { path: 'x' } }]
    const documents = beside.flatMap((each) =>
      written.map((value) => ({ sidecars: [{ name: 'a', ...each, [key]: value }] })),
    )
    expect(documents.filter((each) => bySchema(each) !== byReader(each))).toEqual([])
    expect(new Set(documents.map(byReader)).size).toBe(key === 'comand' ? 1 : 2)
  })

  it('take and refuse the same: whole files', () => {
    expect(files.filter((each) => bySchema(each) !== byReader(each))).toEqual([])
  })
})
