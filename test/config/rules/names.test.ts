import { describe, expect, it } from 'vitest'
import { problemsIn, problemsOf } from '../problems-of.ts'

describe('a sidecar with the name of a process type is refused, because the platform would confuse the two', () => {
  const refused = (place: string, name: string) => [
    `error ${place}: the sidecar ${name} has the name of a process type; the platform would confuse the two; choose another name, for example ${name}-sidecar`,
  ]

  it.each([
    ['web', '2:24', ['web, process_types: [worker]']],
    ['worker', '3:24', ['b, process_types: [web, worker]', 'worker']],
  ])('%s', (name, place, sidecars) => {
    expect(problemsOf(...sidecars)).toEqual(refused(place, name))
  })

  it('a process that the file declares', () => {
    expect(problemsIn('sidecars:\n  - {name: clock, command: x}\nprocesses: {clock: y}\n')).toEqual(
      refused('2:12', 'clock'),
    )
  })
})

it('warns of names that become the same in log lines, each with the last one like it', () => {
  const warning = (place: string, name: string, other: string) =>
    `warning ${place}: ${name} and ${other} are equal in upper case, which log lines use; choose names that differ in more than case`
  expect(problemsOf('agent', 'AGENT', 'other', 'Agent')).toEqual([
    warning('3:24', 'AGENT', 'agent'),
    warning('5:24', 'Agent', 'AGENT'),
  ])
  expect(problemsOf('straße', 'STRASSE')).toEqual([warning('3:24', 'STRASSE', 'straße')])
})

it('warns of a sidecar for tasks, which have none', () => {
  expect(problemsOf('a', 'b, process_types: [web, task]')).toEqual([
    'warning 3:24: b is attached to process type task; tasks have no sidecars; it only runs if a process of this type is scaled up',
  ])
})
