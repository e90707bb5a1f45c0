import { describe, expect, it } from 'vitest'
import { problemsIn, sidecarWith } from '../problems-of.ts'

const MIB = 1024 ** 2
const problemsWith = (memory: string) =>
  problemsIn(`sidecars: [{name: a, command: x, restart: always, memory: ${memory}}]`)

describe('a size', () => {
  it.each([
    ['64', '"64" has no unit; use 64M'],
    ['010', '"010" has no unit; use 010M'],
    ['0', '"0" is less than 1M; use 1M'],
    ['00', '"00" is less than 1M; use 1M'],
    ['0.0G', '"0.0G" is less than 1M; use 1M'],
    ['-1M', '"-1M" is negative; use 64M'],
    ['1-M', '"1-M" is not a valid memory size; use 1M'],
    ['x64', '"x64" is not a valid memory size; use 64M'],
    ['64Mo', '"64Mo" is not a valid memory size; use 64M'],
    ['007 mo', '"007 mo" is not a valid memory size; use 7M'],
    ['1.5 gigs', '"1.5 gigs" is not a valid memory size; use 1G'],
    ['64X', '"64X" is not a valid memory size; use 64M'],
    ['100 kilo', '"100 kilo" is not a valid memory size; use 64M'],
    ['0 X', '"0 X" is not a valid memory size; use 64M'],
    ['lots', '"lots" is not a valid memory size; use 64M'],
    ['64K', '"64K" is not a whole number of MiB; use 1M'],
    ['1.3G', '"1.3G" is not a whole number of MiB; use 1332M'],
    ['2147483648M', '"2147483648M" is more than Cloud Foundry can store; use 2147483647M'],
  ])('%s is refused with what to use instead', (memory, message) => {
    expect(problemsWith(memory)).toEqual([`error 1:59: sidecars[0].memory ${message}`])
  })

  it.each<[string, number]>([
    ['1M', MIB],
    ['1.5G', 1536 * MIB],
    ['1024k', MIB],
    ['2147483647M', 2147483647 * MIB],
  ])('%s is read', (memory, bytes) => {
    expect(problemsWith(memory)).toEqual([])
    expect(sidecarWith(`command: x, memory: ${memory}`)?.memory).toEqual({ bytes })
  })
})

describe('a guard', () => {
  it.each([
    ['{limit: 64M}', undefined],
    ['{limit: 64M, guard: false}', undefined],
    ['{limit: 64M, guard: true}', { file: '$SIDECARS_CONFIG', line: 1, column: 59 }],
  ])('is set only by guard: true: %s', (memory, place) => {
    expect(problemsWith(memory)).toEqual([])
    const sidecar = sidecarWith(`command: x, restart: always, memory: ${memory}`)
    expect([sidecar?.memory, sidecar?.memoryGuard]).toEqual([{ bytes: 64 * MIB }, place])
  })

  it('requires restart', () => {
    expect(problemsIn('sidecars: [{name: a, command: x, memory: {limit: 64M, guard: true}}]')).toEqual([
      'error 1:42: a has a memory guard, but no restart; add restart: on-failure, or remove guard',
    ])
  })

  it.each([
    ['{guard: true}', 59, 'memory has no limit; write {limit: 64M, guard: true}'],
    ['[64M]', 59, 'memory must be 64M or {limit: 64M, guard: true}, got a list'],
    ['{limit: 64}', 67, 'memory.limit "64" has no unit; use 64M'],
    ['{guard: 5}', 67, 'memory.guard must be true or false, got a string; use true'],
  ])('%s is refused', (memory, column, message) => {
    expect(problemsWith(memory)).toEqual([`error 1:${column}: sidecars[0].${message}`])
  })
})
