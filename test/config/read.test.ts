import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type ReadOptions, readConfiguration } from '../../src/config/read.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder, writeFiles } from '../support/files.ts'

let appDir: string

beforeEach(() => {
  appDir = temporaryFolder()
})

const write = (path: string, content: string | Uint8Array) => writeFiles(appDir, { [path]: content })

function read(content?: string | Uint8Array, more: Partial<ReadOptions> = {}) {
  if (content !== undefined) write('sidecars.yml', content)
  const problems = new Problems()
  const result = readConfiguration({ appDir, env: {}, ...more }, problems)
  return { ...result, problems: problems.sorted().map(describeProblem), ok: !problems.hasErrors }
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
    const { configuration, ok } = read(
      one(
        'source: {dependency: x, version: 1.10}\nargs: [012, 1e3, true, 2026-01-01, "a$$b${HOME}$X-$ $1"]\nenv: {N: 0x10, S: {service: apm, credential: license.key}}',
      ),
    )
    expect(ok).toBe(true)
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
    const { configuration, ok } = read('sidecars:\n  - {name: "a/b ..\\n😀", command: x}\n')
    expect(ok).toBe(true)
    expect(configuration.sidecars[0]?.name).toBe('a/b ..\n😀')
  })
})

describe('a wrong file is refused with its place and what to write instead', () => {
  const cases: [string, string | Uint8Array, string | RegExp][] = [
    [
      'empty',
      '',
      'sidecars.yml:1:1: the file is empty; add sidecars: with a list below it, or remove the file',
    ],
    ['only comments', '# nothing\n', /is empty/],
    ['the line ends of another age', 'sidecars:\r  - name: a\r    comand: x\r', /^sidecars\.yml:3:5: /],
    [
      'tabs',
      'sidecars:\n\t- name: a\n',
      /^sidecars\.yml:2:\d+: not valid YAML: .*; indent with spaces, not with tabs$/,
    ],
    [
      'a list',
      '- name: a\n',
      'sidecars.yml:1:1: the file must be a map, got a list; add sidecars: on a line above the list',
    ],
    ['a text', 'sidecars', /^sidecars\.yml:1:1: .*must be a map with the keys sidecars, java, processes/],
    [
      'duplicate keys',
      one('command: x\ncommand: y'),
      'sidecars.yml:4:5: duplicate key, first used on line 3; keep one of them',
    ],
    [
      'an entry without its dash',
      'sidecars:\n  - name: a\n    command: x\n    name: b\n',
      'sidecars.yml:4:5: duplicate key name, first used on line 2; start the next entry with - name: or keep one of them',
    ],
    [
      'no blank after a colon',
      'sidecars:\n  - name: a\n    memory:64M\n    command: x\n',
      'sidecars.yml:3:11: not valid YAML: no blank after the colon; write key: value',
    ],
    ['an app manifest', 'applications:\n- name: x\n', /^sidecars\.yml:1:1: this is an app manifest; /],
    [
      'the applications of an app manifest',
      '- name: x\n  sidecars:\n  - {name: a, command: b}\n',
      "sidecars.yml:1:1: this is an app manifest; move only the app's sidecars: block into this file",
    ],
    [
      'two documents',
      'sidecars: []\n---\nsidecars: []\n',
      'sidecars.yml:2:1: the file contains 2 YAML documents; keep one, and remove the --- lines',
    ],
    ['two documents, each begun', '# a\n---\nsidecars: []\n---\n', /^sidecars\.yml:4:1: .* 2 YAML documents/],
    [
      'a merge key of a scalar',
      'sidecars:\n  - <<: x\n    name: a\n    command: b\n',
      'sidecars.yml:2:9: << must be followed by a map; use << with an alias of a map, for example *defaults',
    ],
    ['an alias inside its anchor', 'sidecars: &a [*a]\n', /this alias is inside its own anchor/],
    ['an alias bomb', aliasBomb(), /anchors and aliases expand to more than 100000 values/],
    [
      'an unquoted variable in a list',
      one('source: {path: x}\nargs: [--port, ${PORT}]'),
      /^sidecars\.yml:4:\d+: not valid YAML: .*; start the keys .* put quotes around a string with : # \{ \}/,
    ],
    ['deep nesting', `a: ${'['.repeat(10_000)}`, /^sidecars\.yml:1:53: nested more than 50 levels deep/],
    [
      '10 MB',
      new Uint8Array(10 << 20).fill(32),
      'sidecars.yml:1:1: the file has 10485760 bytes, more than 1048576 (1 MiB); check whether it is the right file',
    ],
    ['binary', new Uint8Array([1, 2, 0, 255]), /NUL byte at offset 2/],
    ['not UTF-8', new Uint8Array([0x61, 0xff]), /not valid UTF-8; save it as UTF-8/],
    [
      'UTF-16',
      Buffer.from('\ufeffsidecars: []', 'utf16le'),
      'sidecars.yml:1:1: the file is UTF-16; save it as UTF-8',
    ],
    ['a tag', one('command: !!binary aGk='), /this tag is not supported/],
    [
      'an unknown key',
      one('comand: x'),
      'sidecars.yml:3:5: unknown key comand in sidecars[0]; did you mean command?',
    ],
    [
      'a key of another tool',
      one('command: x\ndepends_on: [b]'),
      'sidecars.yml:4:5: unknown key depends_on in sidecars[0]; did you mean after?',
    ],
    [
      'the name of a key of the file in an entry',
      one('command: x\nprocesses: [web]'),
      'sidecars.yml:4:5: unknown key processes in sidecars[0]; did you mean process_types?',
    ],
    [
      'an unknown key far from any',
      'sidecars: []\nzzzzzzzz: 1\n',
      /unknown key zzzzzzzz; valid keys: sidecars, java, processes/,
    ],
    [
      'no unit',
      one('command: x\nmemory: 64'),
      'sidecars.yml:4:13: sidecars[0].memory "64" has no unit; use 64M',
    ],
    ['a wrong unit', one('command: x\nmemory: 64X'), /"64X" is not a valid memory size; use 64M/],
    ['less than an MB', one('command: x\nmemory: 64K'), /"64K" is not a whole number of MiB; use 1M/],
    ['no memory', one('command: x\nmemory: 0M'), /"0M" is less than 1M; use 1M/],
    ['no memory, without a unit', one('command: x\nmemory: 0'), /"0" is less than 1M; use 1M/],
    ['a boolean that is none in YAML', one('command: x\nenabled: fAlse'), /enabled must be true or false/],
    ['negative memory', one('command: x\nmemory: -1M'), /"-1M" is negative/],
    [
      'a broken number of MB',
      one('command: x\nmemory: 1.3G'),
      /"1\.3G" is not a whole number of MiB; use 1332M/,
    ],
    ['too much memory', one('command: x\nmemory: 9999999G'), /more than Cloud Foundry can store/],
    [
      'no process types',
      one('command: x\nprocess_types: []'),
      'sidecars.yml:4:20: sidecars[0].process_types is empty; remove the key to use [web]',
    ],
    [
      'a process type twice',
      one('command: x\nprocess_types: [web, web]'),
      'sidecars.yml:4:20: sidecars[0].process_types lists web twice; list it once',
    ],
    [
      'a process type as a string',
      one('command: x\nprocess_types: web'),
      'sidecars.yml:4:20: sidecars[0].process_types must be a list, got a string; use [web]',
    ],
    [
      'a long command',
      one(`command: ${'x'.repeat(4097)}`),
      /command has 4097 characters, the maximum is 4096/,
    ],
    ['a long name', `sidecars:\n  - {name: ${'n'.repeat(256)}, command: x}\n`, /has 256 characters/],
    [
      'no name',
      'sidecars:\n  - command: x\n',
      'sidecars.yml:2:5: the sidecar has no name; add for example name: my-sidecar',
    ],
    ['a sidecar named web', 'sidecars:\n  - {name: web, command: x}\n', /has the name of a process type/],
    [
      'a sidecar named like a declared process',
      'sidecars:\n  - {name: w, command: x}\nprocesses: {w: y}\n',
      /has the name of a process type/,
    ],
    ['a path out of the app', one('source: {path: ../x}'), /is outside the app/],
    ['an absolute path', one('source: {path: /etc/passwd}'), /is absolute/],
    [
      'two sources',
      one('source: {path: x, uri: "https://h/x"}'),
      /has both path and uri; write exactly one of path, dependency, uri, deps/,
    ],
    [
      'two sources, one of them wrong',
      one('source: {path: x, uri: nowhere}'),
      'sidecars.yml:3:13: sidecars[0].source has both path and uri; write exactly one of path, dependency, uri, deps',
    ],
    [
      'a version beside a path',
      one('source: {path: x, version: 1, sha256: 5}'),
      'sidecars.yml:3:13: sidecars[0].source has a version, which requires dependency; remove it',
    ],
    [
      'a sum beside a path',
      one('source: {path: x, version: 1, sha256: 5}'),
      /source has a sha256, which requires uri; remove it/,
    ],
    [
      'two waits, one of them wrong',
      one('command: x\nwait_for: {port: 0, http: "http://localhost:81"}'),
      'sidecars.yml:4:15: sidecars[0].wait_for has both port and http; write exactly one of port, http, socket',
    ],
    [
      'two conditions, one of them wrong',
      one('command: x\nwhen: {env: 1, service: a}'),
      /when must have exactly one condition/,
    ],
    [
      'two keys for a service',
      one('command: x\nwhen: {any: 1, service: a}'),
      /when must have exactly one condition/,
    ],
    [
      'two keys for the service of a credential',
      one('command: x\nenv: {A: {any: 1, service: a, credential: k}}'),
      /env has both service and any; write one of service, any/,
    ],
    [
      'a list without a service',
      one('command: x\nwhen: {any: []}'),
      /when.any is empty; write any: \[my-apm/,
    ],
    ['a uri without a sum', one('source: {uri: "https://h/x"}'), /has a uri without sha256/],
    [
      'a sum of another kind',
      one(`source: {uri: "https://h/x", sha256: ${'a'.repeat(40)}}`),
      /this looks like a SHA-1 checksum/,
    ],
    [
      'a malformed sum',
      one('source: {uri: "https://h/x", sha256: abc}'),
      /is not a SHA-256 checksum; write the 64 hex digits/,
    ],
    ['a fragment', one(`source: {uri: "https://h/x#y", sha256: ${'a'.repeat(64)}}`), /has a fragment/],
    ['a blank', one(`source: {uri: "https://h/x y", sha256: ${'a'.repeat(64)}}`), /write %20 for a space/],
    ['no scheme', one(`source: {uri: "h/x", sha256: ${'a'.repeat(64)}}`), /has no scheme/],
    [
      'another scheme',
      one(`source: {uri: "ftp://h/x", sha256: ${'a'.repeat(64)}}`),
      /must have the scheme https, http or file/,
    ],
    [
      'a word that is nearly right',
      one('command: x\nrestart: on_failure'),
      /restart must be one of never, on-failure, always, got a string; use on-failure$/,
    ],
    [
      'a file on another machine',
      one(`source: {uri: "file://h/x", sha256: ${'a'.repeat(64)}}`),
      /uri has the host h; write file:\/\/\/…, or https/,
    ],
    [
      'a file that no file system can have',
      one(`source: {uri: "file:///a%2Fx", sha256: ${'a'.repeat(64)}}`),
      /uri contains %2F, which a file name cannot contain; write \/ between directories/,
    ],
    [
      'path without a source',
      one('command: x\npath: true'),
      /a has path: true without a source; path: true puts/,
    ],
    ['args beside command', one('command: x\nargs: [y]'), /has both args and command/],
    [
      'a name that bash keeps',
      one('command: x\nenv: {UID: 1}'),
      /a name in sidecars\[0\]\.env "UID" is a variable that bash sets itself/,
    ],
    [
      'a name that bash counts up',
      one('command: x\nenv: {SHLVL: 5}'),
      /"SHLVL" is a variable that bash sets itself/,
    ],
    [
      'a name that no shell exports',
      one('command: x\nenv: {a.b: 1}'),
      /is not a valid name of an environment variable/,
    ],
    ['a NUL character', one('command: "a\\0b"'), /contains a NUL character/],
    ['half a surrogate pair', one('command: "\\ud800"'), /contains half of a surrogate pair/],
    [
      'an empty value',
      one('command: x\nmemory:'),
      'sidecars.yml:4:5: sidecars[0].memory has no value; add a value, or remove the key',
    ],
    [
      'an empty value before a comment',
      one('source: {path: x}\nargs: # none\nmemory: 1M'),
      /^sidecars\.yml:4:5: sidecars\[0\]\.args must be a list, got nothing/,
    ],
    [
      'an empty item',
      one('source: {path: x}\nargs:\n  - "a - b" # - c\n\n  -\n  - d'),
      'sidecars.yml:7:7: sidecars[0].args[1] has no value; add a value, or remove the key',
    ],
    [
      'a second empty item',
      'sidecars:\n  - [x]\n  -\n  - # y\n',
      /^sidecars\.yml:4:3: sidecars\[2\] must be a map .*, got nothing; write for example name: …$/,
    ],
    [
      'a tag on nothing',
      one('command: x\nmemory: !!str'),
      /^sidecars\.yml:4:5: sidecars\[0\]\.memory is empty/,
    ],
    [
      'a value larger than an argument',
      one(`command: x\nenv: {A: ${'x'.repeat(131_070)}}`),
      /env has a value with more than 131071 bytes/,
    ],
    [
      'locked by an app',
      one('command: x\nlocked: true'),
      /locked is only valid in the sidecars.yml of a buildpack/,
    ],
    [
      'a wait on its own proxy port',
      one('command: x\nproxy: true\nwait_for: {port: 8080}'),
      /so the wait never ends/,
    ],
    [
      'a port of the app behind a proxy',
      'sidecars:\n  - {name: p, command: x, proxy: true}\n  - {name: a, command: x, app_env: {PORT: 9000}}\n',
      'sidecars.yml:3:12: app_env of a sets PORT of web, which has the proxy p; remove it: staging sets it',
    ],
    [
      "a port of the platform's",
      one('command: x\nproxy: {app_port: 61001}'),
      /app_port 61001 of a is one of the ports/,
    ],
    [
      'one port for two',
      'sidecars:\n  - {name: a, command: x, wait_for: {port: 81}}\n  - {name: b, command: x, wait_for: {http: "http://localhost:81/"}}\n',
      /b and a both use port 81/,
    ],
    ['a delay beyond the platform', one('command: x\nstop: {delay: 10s}'), /must be from 0s to 9\.5s/],
  ]
  it.each(cases)('%s', (_title, content, expected) => {
    const { problems, ok } = read(content)
    expect(ok).toBe(false)
    if (typeof expected === 'string') expect(problems).toContain(expected)
    else expect(problems.filter((each) => expected.test(each))).not.toEqual([])
    expect(problems.join('\n')).not.toMatch(/\n\s+at /)
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

describe('lookup', () => {
  it('takes the text of SIDECARS_CONFIG before everything else', () => {
    const { configuration, problems } = read('bad: true', {
      env: { SIDECARS_CONFIG: 'sidecars: [{name: e, command: x}]', SIDECARS_CONFIG_PATH: 'nowhere' },
    })
    expect([configuration.sidecars[0]?.name, configuration.sidecars[0]?.place.file, problems]).toEqual([
      'e',
      '$SIDECARS_CONFIG',
      [],
    ])
  })

  it('takes the file that SIDECARS_CONFIG_PATH names, and says when the app has none', () => {
    write('conf/s.yml', 'sidecars: [{name: p, command: x}]')
    expect(
      read(undefined, { env: { SIDECARS_CONFIG_PATH: 'conf/s.yml' } }).configuration.sidecars[0]?.name,
    ).toBe('p')
    expect(read(undefined, { env: { SIDECARS_CONFIG_PATH: 'conf/t.yml' } }).problems[0]).toMatch(
      /SIDECARS_CONFIG_PATH is conf\/t\.yml/,
    )
  })

  it.each([
    'sidecars.yml',
    '.sidecars.yml',
    'BOOT-INF/classes/sidecars.yml',
    'WEB-INF/classes/sidecars.yml',
    'META-INF/sidecars.yml',
  ])('finds %s', (place) => {
    write(place, 'sidecars: [{name: f, command: x}]')
    expect(read().configuration.sidecars[0]?.place.file).toBe(place)
  })

  it('warns of a second file that is not read', () => {
    write('.sidecars.yml', 'sidecars: []')
    const { problems, ok } = read('sidecars: []')
    expect(ok).toBe(true)
    expect(problems).toEqual(['.sidecars.yml:1:1: ignored: sidecars.yml takes precedence; keep one of them'])
  })

  it('warns that the file of another buildpack is ignored, if there is none of ours', () => {
    write('sidecars-config.yml', 'sidecars: []')
    const hint =
      "sidecars-config.yml:1:1: ignored: this is the configuration of Orange's sidecars-buildpack; " +
      'write a sidecars.yml; docs/migration/from-orange-sidecars-buildpack.md shows how to convert it'
    expect(read().problems).toEqual([hint])
    expect(read('sidecars: []').problems).toEqual([])
  })

  it('refuses a file that is a link out of the app', () => {
    symlinkSync('/etc/hostname', join(appDir, 'sidecars.yml'))
    expect(read().problems[0]).toMatch(/is outside the app/)
  })

  it.each([
    ['to nothing', 'nowhere'],
    ['to itself', 'sidecars.yml'],
  ])('refuses a file that is a link %s, which is not the same as none', (_title, target) => {
    symlinkSync(target, join(appDir, 'sidecars.yml'))
    expect(read().problems).toEqual(['sidecars.yml:1:1: the file is a broken link; copy the file there'])
  })

  it('refuses a directory in its place', () => {
    mkdirSync(join(appDir, 'sidecars.yml'))
    expect(read().problems).toEqual(['sidecars.yml:1:1: the file is a directory, expected a file'])
  })

  it('refuses a file that it may not read', (context) => {
    if (process.getuid?.() === 0) context.skip('root may read everything')
    write('sidecars.yml', 'sidecars: []')
    chmodSync(join(appDir, 'sidecars.yml'), 0)
    expect(read().problems).toEqual(['sidecars.yml:1:1: the file cannot be read: permission denied'])
  })

  it('has nothing to do without a file', () => {
    expect(read()).toMatchObject({ hasOwn: false, hasCarried: false, problems: [] })
  })
})

describe('a source by URI', () => {
  it('may have Unicode in its path, and a sum in capitals', () => {
    const { configuration } = read(
      `sidecars:\n  - {name: a, source: {uri: "https://h/ü.tgz", sha256: ${'A'.repeat(64)}}}\n`,
    )
    expect(configuration.sidecars[0]?.source).toMatchObject({
      uri: 'https://h/%C3%BC.tgz',
      sha256: 'a'.repeat(64),
    })
  })
})

function aliasBomb(): string {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]']
  for (let i = 1; i < 9; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(',')}]`,
    )
  return lines.join('\n')
}
