import { expect, test } from 'vitest'
import { nearestType } from '../../../src/config/rules/nearest-type.ts'

test.each([
  ['has another letter', 'wob', 'web'],
  ['has its letters in another order', 'krewro', 'worker'],
  ['has two other letters among six', 'warkir', 'worker'],
  ['is shorter than three letters', 'qq', 'q1'],
])('a process type that %s is meant: %s', (_, type, meant) => {
  expect(nearestType(type, ['clock', 'web', 'worker', 'q1'])).toBe(meant)
})

test.each([
  ['two of its three letters are others', 'wax', ['web']],
  ['nothing is declared', 'web', []],
])('none is meant if %s', (_, type, known) => {
  expect(nearestType(type, known)).toBeUndefined()
})
