import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CalculatorInput } from '../../../src/java/calculators/calculator.ts'
import { calculateMemory, smallestTotalMemory } from '../../../src/java/calculators/memory-calculator.ts'

const input = { totalMemory: '1g', headRoom: 0, loadedClassCount: 20_000, threadCount: 250, jvmOptions: '' }

const options = (change: Partial<typeof input>) => {
  const outcome = calculateMemory(5, { ...input, ...change })
  return outcome.kind === 'fits' ? outcome.options : outcome.kind
}

describe('memory calculator 4.2 of Java buildpack 5.x', () => {
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
    expect(calculateMemory(5, { ...input, totalMemory: '512m' })).toMatchObject({
      kind: 'too-little',
      needed: 654_288_000n,
      total: 536_870_912n,
    })
    expect(calculateMemory(5, { ...input, jvmOptions: '-Xmx9G' }).kind).toBe('too-little')
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
    const smallest = smallestTotalMemory(5, input, heap)
    expect(smallest).toBe(626)
    expect(options({ totalMemory: `${smallest}m` })).toContain('-Xmx')
    const below = calculateMemory(5, { ...input, totalMemory: '625m' })
    expect(below.kind === 'fits' && below.regions.heap).toBeLessThan(heap)
  })

  it('counts a fixed heap into the smallest memory', () => {
    expect(smallestTotalMemory(5, { ...input, jvmOptions: '-Xmx256m' }, 2n)).toBe(880)
  })

  it('finds no smallest memory with a head room of 100 %', () => {
    expect(smallestTotalMemory(5, { ...input, headRoom: 100 }, 2n)).toBeUndefined()
  })
})

interface Recorded {
  readonly input: CalculatorInput
  readonly exit: number
  readonly options: readonly string[] | null
}
const recorded = JSON.parse(
  readFileSync(new URL('../../data/calculators/recorded.json', import.meta.url), 'utf8'),
) as Record<'3.13' | '4.2.0', readonly Recorded[]>

describe.each([
  ['3.13', 4],
  ['4.2.0', 5],
] as const)('the recorded answers of calculator %s', (version, buildpack) => {
  it(`are given for all ${recorded[version].length} inputs`, () => {
    const answers = recorded[version].map(({ input }) => {
      const outcome = calculateMemory(buildpack, input)
      return outcome.kind === 'fits' ? outcome.options.split(' ').filter(Boolean).sort() : null
    })
    expect(answers).toEqual(recorded[version].map(({ options }) => options && [...options].sort()))
  })
})

describe('memory calculator 3.13 of Java buildpack 4.x', () => {
  const old = (change: Partial<typeof input>) => {
    const outcome = calculateMemory(4, { ...input, ...change })
    return outcome.kind === 'fits' ? outcome.options : outcome.kind
  }

  it('checks nothing and prints no -Xss when the options fix the heap', () => {
    const rest = '-XX:ReservedCodeCacheSize=240M -XX:MaxDirectMemorySize=10M -XX:MaxMetaspaceSize=126953K'
    expect(old({ jvmOptions: '-Xmx9G' })).toBe(rest)
    expect(old({ jvmOptions: '-Xmx9G -Xss512k' })).toBe(rest)
  })

  it('counts a size of 0 as not given, and does not print it', () => {
    expect(old({ jvmOptions: '-Xmx0 -XX:MaxMetaspaceSize=0k' })).toBe(
      '-Xss1M -XX:ReservedCodeCacheSize=240M -XX:MaxDirectMemorySize=10M',
    )
  })

  it('subtracts the head room before it computes', () => {
    expect(old({ headRoom: 10 })).toContain('-Xmx304765K')
    expect(old({ headRoom: 100 })).toBe('too-little')
  })

  it.each([
    '-Xmx',
    '-Xmx1.5G',
    '-Xmx1024',
    '-Xmx1t',
    '-Xss1MB',
    '-XX:MaxPermSize=x',
    '-Xmx9999999999999999999k',
  ])('refuses the option %s, whose size it cannot read', (jvmOptions) => {
    expect(old({ jvmOptions })).toBe('malformed')
  })

  it.each([
    { totalMemory: '1024' },
    { totalMemory: '1t' },
    { totalMemory: '1023b' },
    { loadedClassCount: 0 },
    { threadCount: 0 },
    { headRoom: 101 },
  ])('refuses malformed input: %o', (change) => {
    expect(old(change)).toBe('malformed')
  })

  it('finds a smallest memory that holds a fixed heap and all the rest', () => {
    expect(smallestTotalMemory(4, { ...input, jvmOptions: '-Xmx256m' }, 2n)).toBe(880)
  })
})
