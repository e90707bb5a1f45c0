import { describe, expect, it } from 'vitest'
import { fillTemplate } from '../../src/droplet/shell-template.ts'

const filled = (template: string, filling: Partial<Parameters<typeof fillTemplate>[1]> = {}) =>
  fillTemplate(template, { blocks: {}, values: {}, includes: {}, ...filling })

describe('a template of a shell script', () => {
  it('has values in its places, as they are', () => {
    const values = { name: "'a b'", x: '$& @name@' }
    expect(filled('echo @name@ @x@@x@ a@b\n', { values })).toBe("echo 'a b' $& @name@$& @name@ a@b\n")
  })

  it('has the blocks that are needed, also in each other', () => {
    const template = `a
#: if one
b
  #: if two
  c
  #: end
d
#: end
e
`
    const lines = (one: boolean, two: boolean) => filled(template, { blocks: { one, two } }).split(/\s+/)
    expect(lines(true, true)).toEqual(['a', 'b', 'c', 'd', 'e', ''])
    expect(lines(true, false)).toEqual(['a', 'b', 'd', 'e', ''])
    expect(lines(false, true)).toEqual(['a', 'e', ''])
    expect(lines(false, false)).toEqual(['a', 'e', ''])
  })

  it('has the comment at its top, no other comments, no empty lines, and half the indentation', () => {
    const template = `#!/bin/bash
# What it does,
# at @index@.

x=1
# Why.
f() {
    # Also why.
    a # not: a line of its own
\t
  b "#"
      c
}
# end


`
    expect(filled(template, { values: { index: '0' } })).toBe(`#!/bin/bash
# What it does,
# at 0.
x=1
f() {
  a # not: a line of its own
 b "#"
   c
}
`)
    expect(filled('# Why.\na\n')).toBe('a\n')
  })

  it('has other files in it, without their first line and their comments, filled as well', () => {
    const includes = {
      'wait-for': '#!/bin/bash\n# Waits.\nwait @x@\n#: if b\n#: include more\n#: end\n\n',
      more: 'more @x@\n',
    }
    const filling = { blocks: { b: true }, values: { x: '1' }, includes }
    expect(filled('a\n  #: include wait-for\nb\n', filling)).toBe('a\nwait 1\nmore 1\nb\n')
    expect(filled('a\n#: if b\n#: include nowhere\n#: end\n', { blocks: { b: false } })).toBe('a\n')
  })

  it.each([
    ['a value', 'echo @lost@'],
    ['a block', '#: if lost\n#: end'],
    ['a file', '#: include lost'],
  ])('must not name %s that it does not get', (_, template) => {
    expect(() => filled(template)).toThrow(/^the template names lost, which is not given$/)
  })

  it('must close its blocks', () => {
    expect(() => filled('#: if a\nb\n', { blocks: { a: true } })).toThrow(
      /^a block of the template is not closed$/,
    )
  })
})
