import { describe, expect, it } from 'vitest'
import { problemsIn, sidecarWith } from '../problems-of.ts'

const SUM = '0123456789abcdef'.repeat(4)
const fileWith = (source: string) => `sidecars: [{name: a, source: ${source}}]`

describe('refuses', () => {
  const EXACTLY_ONE = 'write exactly one of path, dependency, uri, deps'
  const url = (rest: string) => `{uri: "https://h/${rest}", sha256: ${SUM}}`
  it.each([
    ['{path: /x}', 37, '.path "/x" is absolute; write a path relative to the app root'],
    ['{path: a/../b}', 37, '.path "a/../b" is outside the app; write a path inside the app'],
    ['{path: ..}', 37, '.path ".." is outside the app; write a path inside the app'],
    [
      '{deps: /bin/java}',
      37,
      `.deps "/bin/java" is absolute; write a path relative to the other buildpack's directory in deps`,
    ],
    [
      '{deps: ../x}',
      37,
      `.deps "../x" is outside the other buildpack's directory in deps; write a path inside the other buildpack's directory in deps`,
    ],
    ['{deps: deps/12/bin/x}', 37, '.deps "deps/12/bin/x" contains the index of a buildpack; use bin/x'],
    ['{deps: ./}', 37, '.deps is a whole buildpack; write for example apt/opt/fluent-bit'],
    [
      `{uri: h/x, sha256: ${SUM}}`,
      36,
      '.uri has no scheme; write https://…, http://… or file:///…, or path: for a file of the app',
    ],
    [
      `{uri: "ftp://h/x", sha256: ${SUM}}`,
      36,
      '.uri must have the scheme https, http or file; write https://…, http://… or file:///…',
    ],
    [url('x y'), 36, '.uri contains a space or a control character; write %20 for a space'],
    [url('x\\u0007'), 36, '.uri contains a space or a control character; write %20 for a space'],
    [
      url('x#y'),
      36,
      '.uri has a fragment (#…), which is not sent to servers; remove it, or write %23 for a # in a name',
    ],
    [
      `{uri: "https://[/x", sha256: ${SUM}}`,
      36,
      '.uri is not a valid URI; write for example https://host/file.tgz',
    ],
    [
      `{uri: "file://h/x", sha256: ${SUM}}`,
      36,
      '.uri has the host h; write file:///…, or https://… for another machine',
    ],
    [
      `{uri: "file:///a%2Fx", sha256: ${SUM}}`,
      36,
      '.uri contains %2F, which a file name cannot contain; write / between directories',
    ],
    ['{uri: "https://h/x"}', 30, ' has a uri without sha256; write the 64 hex digits that sha256sum prints'],
    [
      `{uri: "https://h/x", sh256: ${SUM}}`,
      51,
      'unknown key sh256 in sidecars[0].source; did you mean sha256?',
    ],
    ['{executable: x}', 30, ` has no path, dependency, uri or deps; ${EXACTLY_ONE}`],
    ['{pth: x}', 31, 'unknown key pth in sidecars[0].source; did you mean path?'],
    ['{path: x, deps: y}', 30, ` has both path and deps; ${EXACTLY_ONE}`],
    ['{dependency: x, uri: y}', 30, ` has both dependency and uri; ${EXACTLY_ONE}`],
    ['{path: x, version: 1}', 30, ' has a version, which requires dependency; remove it'],
    [
      `{uri: "https://h/x", sha256: ${SUM}, version: 1}`,
      30,
      ' has a version, which requires dependency; remove it',
    ],
    [`{deps: x, sha256: ${SUM}}`, 30, ' has a sha256, which requires uri; remove it'],
    [`{dependency: x, sha256: ${SUM}}`, 30, ' has a sha256, which requires uri; remove it'],
    ['bin/x', 30, ' must be a map, got a string; use {path: bin/x}'],
    [
      '"https://h/x"',
      30,
      ' must be a map with the keys path, dependency, version, uri, sha256, deps, executable, got a string; write for example path: …',
    ],
  ])('%s', (source, column, message) => {
    const what = message.startsWith('unknown') ? message : `sidecars[0].source${message}`
    expect(problemsIn(fileWith(source))).toContain(`error 1:${column}: ${what}`)
  })

  it.each([
    [32, 'this looks like an MD5 checksum; sha256sum prints the right one'],
    [40, 'this looks like a SHA-1 checksum; sha256sum prints the right one'],
    [96, 'this looks like a SHA-384 checksum; sha256sum prints the right one'],
    [128, 'this looks like a SHA-512 checksum; sha256sum prints the right one'],
    [63, 'write the 64 hex digits that sha256sum prints'],
    [65, 'write the 64 hex digits that sha256sum prints'],
  ])('a checksum of %s hex digits', (length, remedy) => {
    expect(problemsIn(fileWith(`{uri: "https://h/x", sha256: ${'a'.repeat(length)}}`))).toEqual([
      `error 1:59: sidecars[0].source.sha256 is not a SHA-256 checksum; ${remedy}`,
    ])
  })

  it.each([`x${'a'.repeat(39)}`, `${'a'.repeat(39)}x`, `${SUM}x`, `x${SUM}`])('the checksum %s', (sum) => {
    expect(problemsIn(fileWith(`{uri: "https://h/x", sha256: ${sum}}`))).toEqual([
      'error 1:59: sidecars[0].source.sha256 is not a SHA-256 checksum; write the 64 hex digits that sha256sum prints',
    ])
  })

  it('both keys that belong to another source, once each', () => {
    expect(problemsIn(fileWith(`{path: x, version: 1, sha256: ${SUM}}`))).toEqual([
      'error 1:30: sidecars[0].source has a version, which requires dependency; remove it',
      'error 1:30: sidecars[0].source has a sha256, which requires uri; remove it',
    ])
  })
})

describe('reads', () => {
  it.each([
    ['{path: ./a//b/}', { kind: 'path', path: 'a/b' }],
    ['{path: ., executable: ./a..b}', { kind: 'path', path: '.', executable: 'a..b' }],
    ['{deps: deps/x}', { kind: 'deps', deps: 'deps/x' }],
    ['{deps: x/deps/0/y}', { kind: 'deps', deps: 'x/deps/0/y' }],
    ['{deps: apt/opt, executable: y}', { kind: 'deps', deps: 'apt/opt', executable: 'y' }],
    ['{dependency: x}', { kind: 'dependency', dependency: 'x' }],
    [
      '{dependency: x, version: 1.10, executable: y}',
      { kind: 'dependency', dependency: 'x', version: '1.10', executable: 'y' },
    ],
    [
      `{uri: "HTTPS://h/ü.tgz", sha256: ${SUM.toUpperCase()}}`,
      { kind: 'uri', uri: 'https://h/%C3%BC.tgz', sha256: SUM },
    ],
    [
      `{uri: "file:///x", sha256: ${SUM}, executable: y}`,
      { kind: 'uri', uri: 'file:///x', sha256: SUM, executable: 'y' },
    ],
  ])('%s', (source, expected) => {
    expect(problemsIn(fileWith(source))).toEqual([])
    const place = { file: '$SIDECARS_CONFIG', line: 1, column: 30 }
    expect(sidecarWith(`source: ${source}`)?.source).toStrictEqual({ ...expected, place })
  })
})
