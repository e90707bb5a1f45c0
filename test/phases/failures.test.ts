import { expect, it, onTestFinished, vi } from 'vitest'
import { Failures } from '../../src/phases/failures.ts'
import { InputError } from '../../src/problems/problems.ts'

const fail = (message: string) => () => Promise.reject(new InputError(message))

it('collects the failures of all steps', async () => {
  const failures = new Failures()
  expect(await failures.collect(async () => 1)).toBe(1)
  failures.throwIfAny()
  expect(await failures.collect(fail('a'))).toBeUndefined()
  expect(await failures.collect(async () => 2)).toBe(2)
  await failures.collect(fail('b'))
  expect(() => failures.throwIfAny()).toThrow(/^a\nb$/)
})

it('starts no further step a minute later, once one has failed', async () => {
  const failures = new Failures()
  const now = performance.now() + 60_001
  onTestFinished(() => void vi.restoreAllMocks())
  vi.spyOn(performance, 'now').mockReturnValue(now)
  expect(await failures.collect(async () => 1)).toBe(1)
  await failures.collect(fail('a'))
  await expect(failures.collect(() => Promise.reject('must not run'))).rejects.toThrow(/^a$/)
})

it('ends at any other error, with what was collected', async () => {
  const error = new Error('disk full')
  const full = () => Promise.reject(error)
  await expect(new Failures().collect(full)).rejects.toBe(error)
  const failures = new Failures()
  await failures.collect(fail('a'))
  await expect(failures.collect(full)).rejects.toThrow(/^a\ndisk full$/)
})
