import { expect, it } from 'vitest'
import { problemsIn } from '../problems-of.ts'

it.each([
  ['[]', 'is empty; write any: [my-apm, other-apm]'],
  ['my-apm', 'must be a list, got a string; write for example any: [my-apm, other-apm]'],
])('any: %s is refused with what to write instead', (value, message) => {
  expect(problemsIn(`sidecars: [{name: a, command: x, when: {any: ${value}}}]`)).toEqual([
    `error 1:46: sidecars[0].when.any ${message}`,
  ])
})
