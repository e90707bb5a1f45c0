import { expect, it } from 'vitest'
import { Bounds } from '../../../src/sources/archives/bomb.ts'

const MB = 1024 ** 2

it('lets an archive unpack to 256 MB and 100 times its own size, and not a byte more', () => {
  const bounds = new Bounds(MB)
  bounds.entry(356 * MB)
  bounds.bytes(356 * MB)
  expect(() => bounds.bytes(1)).toThrow('it unpacks to more than 356 MiB')
  expect(() => new Bounds(MB).entry(356 * MB + 1)).toThrow('it unpacks to more than 356 MiB')
})

it('lets an archive have 100,000 entries', () => {
  const bounds = new Bounds(0)
  for (let i = 0; i < 100_000; i++) bounds.entry(0)
  expect(() => bounds.entry(0)).toThrow('it has more than 100000 entries')
})
