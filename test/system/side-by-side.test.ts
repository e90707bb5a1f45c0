import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { sideBySide } from '../../src/system/side-by-side.ts'

it('yields the results in the order of the values, with at most eight jobs at a time', async () => {
  let running = 0
  let most = 0
  const results: number[] = []
  const values = Array.from({ length: 20 }, (_, index) => index)
  for await (const result of sideBySide(values, async (value) => {
    most = Math.max(most, ++running)
    await delay(value % 2 === 0 ? 4 : 1)
    running--
    return value * 10
  })) {
    results.push(result)
  }
  expect(results).toEqual(values.map((value) => value * 10))
  expect(most).toBe(8)
})

it('waits for the jobs that run when one fails or the reader stops', async () => {
  const ended: number[] = []
  const job = async (value: number) => {
    await delay(value)
    ended.push(value)
    if (value === 1) throw new Error('failed')
  }
  const read = async (values: readonly number[]) => {
    for await (const _ of sideBySide(values, job)) break
  }
  await expect(read([1, 50, 100])).rejects.toThrow('failed')
  expect(ended).toEqual([1, 50, 100])
  await read([0, 60, 110])
  expect(ended).toEqual([1, 50, 100, 0, 60, 110])
  await expect(read([40, 1])).resolves.toBeUndefined()
})
