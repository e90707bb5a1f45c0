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

it.each([
  ['when: {service: [a, b]}', '1:50: sidecars[0].when.service must be a string, got a list'],
  [
    'env: {A: {service: {any: [a, b]}, credential: k}}',
    '1:53: a value in sidecars[0].env.service must be a string, got a map',
  ],
])('%s is refused with any instead of service', (keys, message) => {
  expect(problemsIn(`sidecars: [{name: a, command: x, ${keys}}]`)).toEqual([
    `error ${message}; for several services, write any: [NAME, NAME] instead of service`,
  ])
})
