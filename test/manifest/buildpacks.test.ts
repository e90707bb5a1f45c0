import { describe, expect, it } from 'vitest'
import { readKeys } from './read.ts'

const letters = (count: number) => 'x'.repeat(count)

describe('how an app is built', () => {
  it.each([
    ['command: x', {}],
    ['lifecycle: buildpack', {}],
    ['lifecycle: cnb', { lifecycle: 'cnb' }],
    ['docker: {image: x}', { lifecycle: 'docker' }],
    ['docker: {image: x}\n  Stack: [x]', { lifecycle: 'docker' }],
    ['docker: {image: x}\n  lifecycle: cnb', { lifecycle: 'cnb' }],
    ['docker: {image: x}\n  lifecycle: buildpack', {}],
    ['buildpacks: [a, b]', { buildpacks: ['a', 'b'] }],
    ['buildpacks: []', {}],
    ['buildpacks: ~', {}],
    [`buildpacks: [${letters(4096)}]`, { buildpacks: [letters(4096)] }],
    ['buildpack: a', { buildpacks: ['a'] }],
    ['buildpack: ~', {}],
    ['buildpack: default', {}],
    ["buildpack: 'null'", {}],
    [`buildpack: ${letters(4096)}`, { buildpacks: [letters(4096)] }],
    ['stack: cflinuxfs4', { stack: 'cflinuxfs4' }],
    ['stack: x', { stack: 'x' }],
    ['Stack: ~', {}],
    [`stack: ${letters(4096)}`, { stack: letters(4096) }],
    [`docker: {image: x}\n  stack: ${letters(4097)}`, { lifecycle: 'docker', stack: letters(4097) }],
    ['lifecycle: cnb\n  cnb-credentials: {registry: {token: x}}', { lifecycle: 'cnb' }],
    ['cnb-credentials: ~', {}],
    ['docker: {image: x}\n  cnb-credentials: x', { lifecycle: 'docker' }],
  ])('is read from %s', (keys, expected) => {
    const { manifest, said } = readKeys(keys)
    expect(said.filter((each) => each.startsWith('error'))).toEqual([])
    const { lifecycle, buildpacks, stack } = manifest ?? {}
    expect({ lifecycle, buildpacks, stack }).toEqual({ lifecycle: 'buildpack', buildpacks: [], ...expected })
  })

  const CNB = 'cnb-credentials: expected a map of maps, got a'
  it.each([
    [
      'buildpacks: [a]\n  buildpack: b',
      '3:15: buildpacks: buildpack and buildpacks cannot be used together; remove buildpack',
    ],
    [
      'docker: {image: x}\n  buildpacks: [a]',
      '3:3: docker: docker and buildpacks cannot be used together; remove one of them',
    ],
    [
      'docker: {image: x}\n  buildpack: a',
      '3:3: docker: docker and buildpacks cannot be used together; remove one of them',
    ],
    ['buildpacks: a', '3:15: buildpacks: expected a list, got a string; use [a]'],
    ['buildpacks: {a: b}', '3:15: buildpacks: expected a list, got a map'],
    ['buildpacks: [a, 5]', '3:19: buildpacks: expected names, got a number'],
    ["buildpacks: [' ']", '3:16: buildpacks: expected names, got an empty or very long name'],
    [`buildpacks: [${letters(4097)}]`, '3:16: buildpacks: expected names, got an empty or very long name'],
    ['buildpack: 5', '3:14: buildpack: expected a string, got a number'],
    ["buildpack: ''", '3:14: buildpack: expected 1 to 4096 characters, got 0'],
    [`buildpack: ${letters(4097)}`, '3:14: buildpack: expected 1 to 4096 characters, got 4097'],
    ['Stack: 5', '3:10: Stack: expected a string, got a number; put quotes around it'],
    ["Stack: ''", '3:10: Stack: expected 1 to 4096 characters, got 0'],
    [`stack: ${letters(4097)}`, '3:10: stack: expected 1 to 4096 characters, got 4097'],
    ['cnb-credentials: x', `3:20: ${CNB} string`],
    ['cnb-credentials: {registry: x}', `3:20: ${CNB} map`],
    ['cnb-credentials: {one: {a: b}, two: x}', `3:20: ${CNB} map`],
  ])('is refused as %s', (keys, message) => {
    const errors = readKeys(keys).said.filter((each) => each.startsWith('error'))
    expect(errors).toEqual([`error: manifest.yml:${message}`])
  })

  it('leaves out what is refused', () => {
    expect(readKeys('buildpacks: [a, 5, b]').manifest?.buildpacks).toEqual(['a', 'b'])
    for (const each of ['buildpacks: a', 'buildpack: 5', "buildpack: ''"])
      expect(readKeys(each).manifest?.buildpacks).toEqual([])
  })
})
