import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'

function read(text: string) {
  const problems = new Problems()
  const appDir = temporaryFolder({ 'sidecars.yml': text })
  const { configuration } = readConfiguration({ appDir, env: {} }, problems)
  return { configuration, problems: problems.sorted().map(describeProblem) }
}

const one = (lines: string) => `sidecars:\n  - name: a\n${lines.replace(/^/gm, '    ')}\n`

describe('a correct file', () => {
  it("takes the pasted block of the seed's manifest", () => {
    const { configuration, problems } = read(`
    sidecars:
     - name: authenticator
       process_types: [ 'web', 'worker' ]
       command: bundle exec run-authenticator
     - name: performance monitor
       process_types: [ 'web' ]
       command: bundle exec run-performance-monitor
       memory: 256MB
`)
    expect(problems).toEqual([])
    expect(
      configuration.sidecars.map(({ name, processTypes, memory }) => [name, processTypes, memory?.bytes]),
    ).toEqual([
      ['authenticator', ['web', 'worker'], undefined],
      ['performance monitor', ['web'], 256 * 1024 * 1024],
    ])
  })

  it('reads scalars as written where a text is wanted', () => {
    const { configuration, problems } = read(
      one(
        'source: {dependency: x, version: 1.10}\nargs: [012, 1e3, true, 2026-01-01, "a$$b${HOME}$X-$ $1"]\nenv: {N: 0x10, S: {service: apm, credential: license.key}}',
      ),
    )
    expect(problems).toEqual([])
    const [sidecar] = configuration.sidecars
    expect(sidecar?.source).toMatchObject({ dependency: 'x', version: '1.10' })
    expect(sidecar?.args).toEqual([
      ['012'],
      ['1e3'],
      ['true'],
      ['2026-01-01'],
      [
        'a$b',
        expect.objectContaining({ variable: 'HOME' }),
        expect.objectContaining({ variable: 'X' }),
        '-$ $1',
      ],
    ])
    expect([...(sidecar?.env ?? [])]).toEqual([
      ['N', { kind: 'text', text: ['0x10'] }],
      ['S', { kind: 'service', from: { services: ['apm'], credential: 'license.key' } }],
    ])
  })

  it('works with anchors and merge keys, the own key winning', () => {
    const { configuration, problems } = read(
      'sidecars:\n  - &base {name: a, command: x, memory: 64M, env: {A: 1}}\n  - <<: *base\n    name: b\n    memory: 1.5G\n',
    )
    expect(problems).toEqual([])
    expect(configuration.sidecars.map(({ name, command, memory }) => [name, command, memory?.bytes])).toEqual(
      [
        ['a', 'x', 64 << 20],
        ['b', 'x', 1536 << 20],
      ],
    )
  })

  it('leaves a disabled sidecar out', () => {
    expect(read(one('command: x\nenabled: false')).configuration.sidecars).toEqual([])
  })

  it('keeps names of any characters', () => {
    const { configuration, problems } = read('sidecars:\n  - {name: "a/b ..\\n😀", command: x}\n')
    expect(problems).toEqual([])
    expect(configuration.sidecars[0]?.name).toBe('a/b ..\n😀')
  })
})

describe('a wrong file is refused with its place and what to write instead', () => {
  const EMPTY = 'the file is empty; add sidecars: with a list below it, or remove the file'
  const LIST = 'the file must be a map, got a list; add sidecars: on a line above the list'
  const MANIFEST = "this is an app manifest; move only the app's sidecars: block into this file"
  const cases: readonly (readonly [what: string, text: string, message: string])[] = [
    ['empty', '', `1:1: ${EMPTY}`],
    ['only comments', '# nothing\n', `1:1: ${EMPTY}`],
    ['nothing', '--- ~\n', `1:1: ${EMPTY}`],
    ['a list', '- name: a\n', `1:1: ${LIST}`],
    ['an app manifest', 'applications:\n- name: x\n', `1:1: ${MANIFEST}`],
    [
      'the applications of one, not all with sidecars',
      '- name: x\n- name: y\n  sidecars: []\n',
      `1:1: ${MANIFEST}`,
    ],
    ['the applications of one', '- name: x\n  sidecars:\n  - {name: a, command: b}\n', `1:1: ${MANIFEST}`],
    [
      'the line ends of another age',
      'sidecars:\r  - name: a\r    comand: x\r',
      '3:5: unknown key comand in sidecars[0]; did you mean command?',
    ],
    [
      'two sources, one of them wrong',
      one('source: {path: x, uri: nowhere}'),
      '3:13: sidecars[0].source has both path and uri; write exactly one of path, dependency, uri, deps',
    ],
    [
      'two waits, one of them wrong',
      one('command: x\nwait_for: {port: 0, http: "http://localhost:81"}'),
      '4:15: sidecars[0].wait_for has both port and http; write exactly one of port, http, socket',
    ],
    [
      'two conditions, one of them wrong',
      one('command: x\nwhen: {env: 1, service: a}'),
      '4:11: sidecars[0].when must have exactly one condition; write {service: NAME}, {any: [NAME, NAME]} or {env: NAME}',
    ],
    [
      'two keys for a service, one of them wrong',
      one('command: x\nenv: {A: {any: 1, service: a, credential: k}}'),
      '4:14: a value in sidecars[0].env has both service and any; write one of service, any',
    ],
    [
      'an empty value',
      one('command: x\nmemory:'),
      '4:5: sidecars[0].memory has no value; add a value, or remove the key',
    ],
    [
      'an empty value before a comment',
      one('source: {path: x}\nargs: # none\nmemory: 1M'),
      '4:5: sidecars[0].args must be a list, got nothing; write for example [a, b]',
    ],
    [
      'an empty item',
      one('source: {path: x}\nargs:\n  - "a - b" # - c\n\n  -\n  - d'),
      '7:7: sidecars[0].args[1] has no value; add a value, or remove the key',
    ],
    [
      'a tag on nothing',
      one('command: x\nmemory: !!str'),
      '4:5: sidecars[0].memory is empty; add a value, or remove the key',
    ],
  ]
  it.each(cases)('%s', (_, text, message) => {
    expect(read(text).problems).toContain(`sidecars.yml:${message}`)
  })

  it('says all problems in one run, in the order of their places', () => {
    const { problems } = read(
      'sidecars:\n  - {name: web, command: x, memory: 64}\n  - {nme: b}\n  - {name: c, command: x, process_types: []}\nzzz: 1\n',
    )
    expect(problems.map((each) => each.replace(/^sidecars\.yml:(\d+).*/, '$1'))).toEqual([
      '2',
      '2',
      '3',
      '3',
      '4',
      '5',
    ])
  })
})

it('says once that args stand beside a command, and shows no credentials of a URL', () => {
  expect(read(one('command: x\nargs: [y]')).problems).toEqual([
    'sidecars.yml:4:11: the sidecar a has both args and command; put the arguments into the command',
  ])
  const { problems } = read(one('command: x\nwait_for: {http: "https://u:secret@localhost:81/?key=secret"}'))
  expect(problems).toEqual([
    'sidecars.yml:4:22: sidecars[0].wait_for.http is not an http URL; write for example http://localhost:8082/health',
  ])
})

it('reports a missing key only if no key is misspelled', () => {
  expect(read(one('source: {pth: x}')).problems).toEqual([
    'sidecars.yml:3:14: unknown key pth in sidecars[0].source; did you mean path?',
  ])
  expect(read(one('command: x\nwait_for: {prot: 81}')).problems).toEqual([
    'sidecars.yml:4:16: unknown key prot in sidecars[0].wait_for; did you mean port?',
  ])
})

it('says each problem in one line, whatever the names are', () => {
  const { problems } = read(
    `sidecars:\n  - {name: "a\\nb", comand: x, "\\u001b[31m": 1}\n${'k'.repeat(9999)}: 1`,
  )
  expect(problems.join('\n')).toMatch(/unknown key \\u001b\[31m in sidecars\[0\]; valid keys/)
  expect(problems.join('')).not.toMatch(/\p{Cc}/u)
  expect(Math.max(...problems.map(({ length }) => length))).toBeLessThan(1100)
})

it.each(['env', 'app_env'])('quotes nothing below %s', (key) => {
  for (const value of [
    '{P: *S3CR3T}',
    '{P: !S3CR3T x}',
    '{P: !S3CR3T!x y}',
    '{P: !<S3CR3T x}',
    '{P: !S3CR3T[x y}',
    '{P: &S3CR3T }',
    '{P: &S3CR3T {}, Q: *S3CR3T}',
    '{S3CR3T}',
    '{S3CR3T: x, S3CR3T: y}',
    '{S3CR3T: [x]}',
    '{S3CR3T=1: x}',
    '{P: [S3CR3T]}',
    '{P: {S3CR3T: x}}',
    '{P: {service: s, credentials: S3CR3T}}',
    '{P: {service: s, S3CR3T}}',
    '{P: {service: s, default: [S3CR3T]}}',
    `{S3CR3T: ${'x'.repeat(200_000)}}`,
    '{P: "S3CR3T\\q"}',
    '{P: "S3CR3T}',
    '{P: "\\0S3CR3T"}',
    '{P: S3CR3T, {}: x}',
    "'P=S3CR3T'",
    '[P=S3CR3T]',
    '"%S3CR3T',
    '@S3CR3T',
  ]) {
    const { problems } = read(`sidecars:\n  - name: a\n    command: x\n    ${key}: ${value}\n`)
    expect(problems, value).not.toEqual([])
    expect(problems.join('\n'), value).not.toContain('S3CR3T')
    expect(problems[0], value).toMatch(/^sidecars\.yml:\d+:\d+: /)
  }
})

it.each(['args: S3CR3T', 'source: {uri: "S3CR3T:x@host/file"}', 'source: {uri: "https://u:S3CR3T@[/file"}'])(
  'quotes no part of %s',
  (line) => {
    expect(read(one(line)).problems.join('\n')).not.toContain('S3CR3T')
  },
)

describe('a mistake in the YAML', () => {
  it('is reported once: a value after an unsupported tag is read by its form', () => {
    expect(read(one('command: x\nenabled: !!bool true')).problems).toEqual([
      'sidecars.yml:4:14: this tag is not supported; remove it, or put quotes around a value that begins with !',
    ])
    expect(read(one('command: !!str true\nmemory: !!str 1M')).problems).toEqual([])
  })

  it.each([
    ['a key that stands twice', 'command: y', /3:5: duplicate key, first used on line 2/],
    ['a key that is a list', '? [b]\n: c', /3:7: a key must be a string/],
    ['a tag', 'setup: !!int 5', /3:12: this tag is not supported/],
    ['a merge of no map', '<<: 5', /3:9: << must be followed by a map/],
  ])('hides no other: %s', (_title, lines, expected) => {
    const { problems } = read(
      `sidecars:\n  - command: x\n${lines.replace(/^/gm, '    ')}\n    memory: 5\nproceses: {}\n`,
    )
    const text = problems.join('\n')
    expect(text).toMatch(expected)
    expect(text).toMatch(/"5" has no unit/)
    expect(text).toMatch(/the sidecar has no name/)
    expect(text).toMatch(/unknown key proceses; did you mean processes\?/)
  })
})

describe("a file of Orange's sidecars-buildpack", () => {
  const ORANGE =
    "sidecars.yml:1:1: this is the configuration of Orange's sidecars-buildpack, which uses other keys; see docs/migration/from-orange-sidecars-buildpack.md"
  it.each([
    'after_download',
    'app_profiled',
    'artifact_sha1',
    'artifact_sha256',
    'artifact_type',
    'artifact_uri',
    'executable',
    'is_rproxy',
    'no_log_prefix',
    'profiled',
    'work_dir',
  ])('is known by %s, and its keys are not read', (key) => {
    expect(read(`sidecars:\n- nam: a\n- nam: b\n  ${key}: x\n`).problems).toEqual([ORANGE])
  })

  it.each(['processes: [{executable: x}]', 'sidecars: {executable: x}', 'sidecars: [[executable: x]]'])(
    'is not known elsewhere: %s',
    (text) => {
      expect(read(text).problems).not.toContain(ORANGE)
    },
  )
})

describe('((variables)) of the manifest', () => {
  const warning =
    '((…)) is not replaced here: cf push replaces variables only in the manifest; write the value, or use $NAME'
  it.each([
    ['command: x\nenv: {A: "x ((a-b_1)) y"}', '4:14'],
    ['source: {path: x}\nargs: [((a.b/c))]', '4:12'],
    ['command: x\nenv: {A: ((a b)), B: ((c), D: (e)) }', undefined],
    ['command: echo ((a))', undefined],
    ['source: {path: x}\nsetup: echo ((a))', undefined],
  ])('are not replaced: %j', (lines, place) => {
    const found = read(one(lines)).problems.filter((each) => each.includes('((…))'))
    expect(found).toEqual(place ? [`sidecars.yml:${place}: ${warning}`] : [])
  })
})
