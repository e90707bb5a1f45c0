import { describe, expect, it } from 'vitest'
import { calculateMemory, smallestTotalMemory } from '../../src/java/memory-calculator.ts'

const input = { totalMemory: '1g', headRoom: 0, loadedClassCount: 20_000, threadCount: 250, jvmOptions: '' }

const options = (change: Partial<typeof input>) => {
  const outcome = calculateMemory({ ...input, ...change })
  return outcome.kind === 'fits' ? outcome.options : outcome.kind
}

describe('memory calculator', () => {
  it('gives the heap what the other regions leave', () => {
    expect(options({})).toBe(
      '-XX:MaxDirectMemorySize=10M -XX:MaxMetaspaceSize=126953K -XX:ReservedCodeCacheSize=240M -Xss1M -Xmx409622K',
    )
  })

  it('takes regions that the options fix as they are and does not print them', () => {
    const jvmOptions = '-XX:MaxMetaspaceSize=100M -Dx=y -Xss512k -XX:ReservedCodeCacheSize=64m'
    expect(options({ jvmOptions })).toBe('-XX:MaxDirectMemorySize=10M -Xmx725M')
    expect(options({ jvmOptions: `${jvmOptions} -Xmx256m` })).toBe('-XX:MaxDirectMemorySize=10M')
  })

  it('lets the last of two options win', () => {
    expect(options({ jvmOptions: '-Xmx9G -Xmx64M' })).not.toContain('-Xmx')
    expect(options({ jvmOptions: '-Xmx64M -Xmx9G' })).toBe('too-little')
  })

  it('leaves the head room unused', () => {
    expect(options({ headRoom: 10 })).toContain('-Xmx304765K')
  })

  it('refuses when the regions need more than there is, with what they need', () => {
    expect(calculateMemory({ ...input, totalMemory: '512m' })).toMatchObject({
      kind: 'too-little',
      needed: 654_288_000n,
      total: 536_870_912n,
    })
    expect(calculateMemory({ ...input, jvmOptions: '-Xmx9G' }).kind).toBe('too-little')
  })

  it('passes over sizes that it does not understand, as the platform does', () => {
    for (const jvmOptions of ['-Xmx', '-Xmx1.5G', '-Xmx\t5m', '"-Xmx5m"', '-Xmx1GB']) {
      expect(options({ jvmOptions }), jvmOptions).toContain('-Xmx409622K')
    }
  })

  it.each([
    { totalMemory: '' },
    { totalMemory: '1.5G' },
    { totalMemory: '512MB' },
    { totalMemory: '1023' },
    { headRoom: 101 },
    { headRoom: -1 },
    { loadedClassCount: 0 },
    { threadCount: -3 },
    { jvmOptions: '-Xmx99999999999999999999' },
  ])('refuses malformed input: %o', (change) => {
    expect(options(change)).toBe('malformed')
  })

  it('finds the smallest memory with a given heap, to the megabyte', () => {
    const heap = 2n * 1024n ** 2n
    const smallest = smallestTotalMemory(input, heap)
    expect(smallest).toBe(626)
    expect(options({ totalMemory: `${smallest}m` })).toContain('-Xmx')
    const below = calculateMemory({ ...input, totalMemory: '625m' })
    expect(below.kind === 'fits' && below.regions.heap).toBeLessThan(heap)
  })

  it('counts a fixed heap into the smallest memory', () => {
    expect(smallestTotalMemory({ ...input, jvmOptions: '-Xmx256m' }, 2n)).toBe(880)
  })

  it('finds no smallest memory when all of it shall stay unused', () => {
    expect(smallestTotalMemory({ ...input, headRoom: 100 }, 2n)).toBeUndefined()
  })
})
