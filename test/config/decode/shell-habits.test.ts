import { describe, expect, it } from 'vitest'
import { problemsIn } from '../problems-of.ts'

const problemsWith = (arg: string) => problemsIn(`sidecars: [{name: a, source: {path: x}, args: ['${arg}']}]`)
const warning = (habits: string) =>
  `warning 1:48: sidecars[0].args[0] contains ${habits}, which is not expanded here; use $NAME or \${NAME}, or a command, which a shell runs`

describe('syntax of a shell, in a value that no shell reads,', () => {
  it.each([
    ['a $(b)', '$(…)'],
    ['$$$(b)', '$(…)'],
    ['`a`', 'backquotes'],
    ['${A:-b}', '${NAME:-default}'],
    ['${_b1-}', '${NAME:-default}'],
    ['${A+b}', '${NAME:-default}'],
    ['${A:=b}', '${NAME:-default}'],
    ['${A?b}', '${NAME:-default}'],
    ['~', '~/'],
    ['~/a', '~/'],
    ['--a=~/b', '~/'],
    ['a:~/b', '~/'],
    ['a {{}}', '{{…}}'],
    ['{{.Port}}', '{{…}}'],
    ['~/$(a)`b`', '$(…) and backquotes and ~/'],
  ])('%s, is a warning', (arg, habits) => {
    expect(problemsWith(arg)).toEqual([warning(habits)])
  })

  it.each([
    '$$(b)',
    '(a)',
    '${A}',
    '${A:b}',
    '${1:-b}',
    '${A',
    '~user/a',
    'a~',
    'a~/b',
    '= ~/b',
    '{{a}',
    '{{{a}b}}',
    '{ {a}}',
  ])('%s, is not', (arg) => {
    expect(problemsWith(arg)).toEqual([])
  })

  it('is not mentioned where the value is refused', () => {
    expect(problemsWith('$UID `a`')).toEqual([expect.stringMatching(/^error .* uses \$UID,/)])
  })
})
