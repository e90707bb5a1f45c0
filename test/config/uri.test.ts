import { describe, expect, it } from 'vitest'
import { describeUri, isFileUri, reportFileUri, withoutCredentials } from '../../src/config/uri.ts'

describe('a URI in a message', () => {
  it.each([
    ['https://u:p@h:81/a/b.tgz?t=1#c', 'https://h:81/a/b.tgz'],
    ['file:///a', 'file:///a'],
    ['h/a?b', '(a malformed URI)'],
  ])('%s has neither credentials nor query: %s', (uri, shown) => {
    expect(describeUri(uri)).toBe(shown)
  })

  it.each([
    ['ruby_buildpack', 'ruby_buildpack'],
    ['https://h/a', 'https://h/a'],
    ['https://h/a#v1', 'https://h/a#v1'],
    ['https://u@h/a#v1', 'https://h/a'],
    ['https://:p@h/a', 'https://h/a'],
    ['https://h/a?token=x', 'https://h/a'],
  ])('%s is changed only if it has them: %s', (name, shown) => {
    expect(withoutCredentials(name)).toBe(shown)
  })
})

describe('the URI of a file', () => {
  const check = (uri: string) => {
    const said: string[] = []
    return [reportFileUri(uri, (what, instead) => said.push(`${what}; ${instead}`)), ...said]
  }
  it.each([
    ['FILE:///a', true, []],
    ['file:/a', true, []],
    ['https://h/a%2Fb', false, []],
    ['xfile://h/a', false, []],
    ['file://h/a', true, ['has the host h; write file:///…, or https://… for another machine']],
    ['file:///a%2fb', true, ['contains %2F, which a file name cannot contain; write / between directories']],
  ])('%s', (uri, isFile, said) => {
    expect(isFileUri(uri)).toBe(isFile)
    expect(check(uri)).toEqual([said.length > 0, ...said])
  })
})
