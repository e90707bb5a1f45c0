import { describe, expect, it } from 'vitest'
import { authorizationFor, type Credential, readCredentials } from '../../../src/sources/fetch/credentials.ts'

/** The credential of one scope for a URL. */
function sent(scope: string, url: string, isRedirected = false): boolean {
  const read = readCredentials(JSON.stringify({ [scope]: 'user:password' }))
  if ('problem' in read) throw new Error(read.problem)
  return authorizationFor(new URL(url), read, isRedirected) !== undefined
}

describe('a scope', () => {
  it.each([
    ['without a scheme means https', 'host', 'https://host/a', 'http://host/a'],
    ['with https is not sent over http', 'https://host', 'https://host/a', 'http://host/a'],
    ['with http is not sent over https', 'http://host', 'http://host/a', 'https://host/a'],
    ['without a port means the port of its scheme', 'host', 'https://host:443/a', 'https://host:8443/a'],
    ['with a port means this port', 'host:8443', 'https://host:8443/a', 'https://host/a'],
    ['tells upper from lower case in paths', 'host/Team', 'https://host/Team/a', 'https://host/team/a'],
    ['ends where a part of the path ends', 'host/team/', 'https://host/team/a', 'https://host/teams/a'],
    ['cannot be left by dots', 'host/team', 'https://host/team/./a', 'https://host/team/../a'],
    ['means one host', 'host', 'https://HOST/a', 'https://host.evil/a'],
    ['may be an address', '[::1]:8080/a', 'https://[::1]:8080/a/b', 'https://[::2]:8080/a/b'],
  ])('%s', (_, scope, inside, outside) => {
    expect(sent(scope, inside)).toBe(true)
    expect(sent(scope, outside)).toBe(false)
  })

  it('with the longest path wins', () => {
    const read = readCredentials('{"h": "Bearer short", "h/a/b": "Bearer long", "h/a": "Bearer middle"}')
    expect(authorizationFor(new URL('https://h/a/b/c'), read as readonly Credential[])).toBe('Bearer long')
  })
})

describe('a redirect to plain HTTP', () => {
  it('gets no credential', () => {
    expect(sent('http://host', 'http://host/a')).toBe(true)
    expect(sent('http://host', 'http://host/a', true)).toBe(false)
    expect(authorizationFor(new URL('http://user:password@host/a'), [], true)).toBeUndefined()
  })

  it('to https gets that of its scope', () => {
    expect(sent('host', 'https://host/a', true)).toBe(true)
  })
})

it('a problem names its entry by number and holds no part of the value', () => {
  for (const [value, number] of [
    ['{"host": "S3CR3T', undefined],
    ['["S3CR3T"]', undefined],
    ['{"host": "u:p", "other": "S3CR3T"}', 2],
    ['{"host": "Bearer S3CR3T\\ny: x"}', 1],
    ['{"https://user:S3CR3T@host": "x"}', 1],
    ['{"https://user:S3CR3T@host": "user:password"}', 1],
    ['{"user:S3CR3T": "host"}', 1],
    ['{"user:12345": "S3CR3T"}', 1],
    ['{"host?token=S3CR3T": "user:password"}', 1],
    ['{"Bearer S3CR3T": "host"}', 1],
    ['{"host": {"S3CR3T": "x"}}', 1],
  ] as const) {
    const read = readCredentials(value)
    const problem = 'problem' in read ? read.problem : ''
    expect(problem, value).toContain(
      number === undefined ? 'SIDECARS_CREDENTIALS' : `entry number ${number} `,
    )
    expect(problem, value).not.toMatch(/S3CR3T|12345/)
  }
})
