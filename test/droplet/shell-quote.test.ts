import { describe, expect, it } from 'vitest'
import { displayName, quote, quoteTemplate, variablesOf } from '../../src/droplet/shell-quote.ts'
import { sidecar, template } from '../support/shell-droplet.ts'
import { exportedBy } from './exported-by.ts'

describe('a shell word', () => {
  it('has no quotes where none are necessary', () => {
    for (const each of ['bin/run', 'Az09_./:@%+,-', 'x']) expect(quote(each)).toBe(each)
  })

  it.each(['', ' a', 'a ', 'a b', 'a\nb', "it's", "''", '$A', '`a`', '"', '\\', '*', '~', '#a', 'a=b', 'é'])(
    'has them otherwise, and arrives unchanged: %j',
    (text) => {
      expect(quote(text)).toMatch(/^'.*'$/s)
      expect(exportedBy([`export A=x${quote(text)}`], { before: '' }).env.A).toBe(`x${text}`)
    },
  )
})

describe('a template', () => {
  it.each([
    ['$A:b c', `"\${A-}"':b c'`],
    ['$A$B', '"${A-}""${B-}"'],
    ['plain', 'plain'],
    ['', "''"],
  ])('%j becomes one word, with the values of its variables: %s', (text, word) => {
    expect(quoteTemplate(template(text))).toBe(word)
    expect(quoteTemplate(['', ...template(text), ''])).toBe(word)
  })

  it('has its variables in their order', () => {
    expect(variablesOf(template('$B:x$A$B'))).toEqual(['B', 'A', 'B'])
  })
})

it('the name of a sidecar is one word, in the quotes of a message', () => {
  expect(displayName(sidecar('config-server'))).toBe(`'"config-server"'`)
  expect(displayName(sidecar(`it's "a"\n`))).toBe(String.raw`'"it'\''s \"a\"\n"'`)
})
