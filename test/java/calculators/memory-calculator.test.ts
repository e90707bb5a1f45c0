import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CalculatorInput, JavaBuildpack } from '../../../src/java/calculators/calculator.ts'
import { calculateMemory, smallestTotalMemory } from '../../../src/java/calculators/memory-calculator.ts'
import { MEBI } from '../../../src/java/calculators/size.ts'

const input = { totalMemory: '1g', headRoom: 0, loadedClassCount: 20_000, threadCount: 250, jvmOptions: '' }

/** The options that a calculator prints, else what it refuses. */
const printed = (buildpack: JavaBuildpack, change: Partial<typeof input>) => {
  const outcome = calculateMemory(buildpack, { ...input, ...change })
  if (outcome.kind === 'fits') return outcome.options
  return outcome.kind === 'malformed' ? outcome.what : outcome.kind
}
const options = (change: Partial<typeof input>) => printed(5, change)

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
    expect(options({ jvmOptions: '-Xmx64M -Xmx' })).not.toContain('-Xmx')
  })

  it('reads options between line breaks and tabs', () => {
    expect(options({ jvmOptions: '\t-Xmx256m\n' })).not.toContain('-Xmx')
  })

  it('reads a total memory with blanks around it', () => {
    expect(options({ totalMemory: ' 1g ' })).toBe(options({}))
  })

  it('counts as white space what Go counts', () => {
    expect(options({ totalMemory: '\u00851g\u2003', jvmOptions: '-Xmx64m\u0085' })).toBe(
      options({ jvmOptions: '-Xmx64m' }),
    )
    expect(options({ totalMemory: '1g\ufeff' })).toBe('"1g\ufeff" is not a valid total memory')
  })

  it('computes the metaspace of many classes with all its digits', () => {
    expect(options({ loadedClassCount: Number.MAX_SAFE_INTEGER })).toContain(
      '-XX:MaxMetaspaceSize=-3025855999625885K ',
    )
  })

  it('accepts regions that need exactly all of the memory', () => {
    expect(options({ totalMemory: '654288000b' })).toMatch(/ -Xmx0$/)
    expect(options({ totalMemory: '654287999b' })).toBe('too-little')
  })

  it('prints the largest unit that divides a size', () => {
    const heap = (unit: string) =>
      options({ totalMemory: `${unit}`, jvmOptions: '-XX:MaxMetaspaceSize=524m -Xss1m' })
    expect(heap('1T')).toMatch(/ -Xmx1023G$/)
    expect(heap('1025g')).toMatch(/ -Xmx1T$/)
    expect(heap('1073741825k')).toMatch(/ -Xmx1072693249K$/)
  })

  it('leaves the head room unused', () => {
    expect(options({ headRoom: 10 })).toContain('-Xmx304765K')
  })

  it('refuses when the regions need more than there is, with what they need', () => {
    expect(calculateMemory(5, { ...input, totalMemory: '512m' })).toMatchObject({
      kind: 'too-little',
      needed: 654_288_000n,
    })
    expect(calculateMemory(5, { ...input, jvmOptions: '-Xmx9G' }).kind).toBe('too-little')
  })

  it('passes over sizes that it does not understand, as the platform does', () => {
    for (const jvmOptions of ['-Xmx', '-Xmx1.5G', '-Xmx\t5m', '"-Xmx5m"', '-Xmx1GB']) {
      expect(options({ jvmOptions }), jvmOptions).toContain('-Xmx409622K')
    }
  })

  it.each([
    [{ totalMemory: '' }, '"" is not a valid total memory'],
    [{ totalMemory: '1.5G' }, '"1.5G" is not a valid total memory'],
    [{ totalMemory: '512MB' }, '"512MB" is not a valid total memory'],
    [{ totalMemory: '9223372036854775808' }, 'a total memory of 9223372036854775808 is too large'],
    [{ totalMemory: '1023' }, 'a total memory of 1023 is less than 1K'],
    [{ headRoom: 101 }, 'a head room of 101 % is not valid'],
    [{ headRoom: -1 }, 'a head room of -1 % is not valid'],
    [{ headRoom: 1.5 }, 'a head room of 1.5 % is not valid'],
    [{ loadedClassCount: 0 }, 'the class count 0 is not valid'],
    [{ loadedClassCount: 1.5 }, 'the class count 1.5 is not valid'],
    [{ threadCount: 0 }, 'the thread count 0 is not valid'],
    [{ threadCount: 1.5 }, 'the thread count 1.5 is not valid'],
    [{ jvmOptions: '-Dx=y -Xmx99999999999999999999' }, 'the size in -Xmx99999999999999999999 is too large'],
  ])('refuses malformed input: %o', (change, what) => {
    expect(options(change)).toBe(what)
  })

  it('accepts the smallest and largest valid input', () => {
    expect(options({ totalMemory: '1024' })).toBe('too-little')
    expect(options({ totalMemory: '9223372036854775807' })).toMatch(/ -Xmx9007199254\d+K$/)
    expect(options({ headRoom: 100 })).toBe('too-little')
    expect(options({ loadedClassCount: 1, threadCount: 1 })).toMatch(
      /^-XX:MaxDirectMemorySize=10M -XX:MaxMetaspaceSize=13677K /,
    )
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
  const old = (change: Partial<typeof input>) => printed(4, change)

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
    expect(old({ totalMemory: '727000000b', headRoom: 10 })).toMatch(/^-Xmx11K /)
  })

  it('refuses when there is too little, with what it needs beside the head room', () => {
    const outcome = (change: Partial<typeof input>) => calculateMemory(4, { ...input, ...change })
    const none = { directMemory: 0n, metaspace: 0n, codeCache: 0n, stack: 0n, heap: 0n }
    expect(outcome({ headRoom: 100 })).toEqual({
      kind: 'too-little',
      needed: 1025n * MEBI - 1047552n,
      regions: none,
    })
    expect(outcome({ totalMemory: '2k', headRoom: 50 })).toMatchObject({
      kind: 'too-little',
      needed: 654_288_000n + 1024n,
      regions: { directMemory: 10n * MEBI, metaspace: 130_000_000n, codeCache: 240n * MEBI, stack: MEBI },
    })
  })

  it('reads a total memory with blanks around it', () => {
    expect(options({ totalMemory: ' 1g ' })).toBe(options({}))
  })

  it('accepts regions that need exactly all of the memory', () => {
    expect(old({ totalMemory: '654288000b' })).toMatch(/^-Xmx0 /)
    expect(old({ totalMemory: '654287999b' })).toBe('too-little')
  })

  it('reads sizes with signs, and the size of a region that newer JVMs do not have', () => {
    for (const jvmOptions of ['-Xmx+64m', '-Xmx-64m', '-Xmx64m\n'])
      expect(old({ jvmOptions })).not.toMatch(/-Xmx/)
    expect(old({ jvmOptions: '-XX:MaxPermSize=64m' })).toBe(old({}))
  })

  it('prints no size in T', () => {
    expect(old({ totalMemory: '1025g', jvmOptions: '-XX:MaxMetaspaceSize=524m' })).toMatch(/^-Xmx1024G /)
  })

  it('overflows as the calculator does, when there are too many threads', () => {
    expect(old({ threadCount: 1e300 })).toBe('too-little')
  })

  it.each([
    '-Xmx',
    '-Xmx1.5G',
    '-Xmx1024',
    '-Xmx1t',
    '-Xss1MB',
    '-XX:MaxPermSize=x',
    '-Xmx9999999999999999999k',
    '-Xmx-9999999999999999999k',
  ])('refuses the option %s, whose size it cannot read', (option) => {
    expect(old({ jvmOptions: `-Dx=y ${option}` })).toBe(`the size in ${option} is not valid`)
  })

  it.each([
    [{ totalMemory: '1024' }, '"1024" is not a valid total memory'],
    [{ totalMemory: '1t' }, '"1t" is not a valid total memory'],
    [{ totalMemory: '1023b' }, '"1023b" is not a valid total memory'],
    [{ loadedClassCount: 0 }, 'the class count 0 is not valid'],
    [{ threadCount: 0 }, 'the thread count 0 is not valid'],
    [{ headRoom: 101 }, 'a head room of 101 % is not valid'],
    [{ headRoom: -1 }, 'a head room of -1 % is not valid'],
  ])('refuses malformed input: %o', (change, what) => {
    expect(old(change)).toBe(what)
  })

  it('finds a smallest memory that holds a fixed heap and all the rest', () => {
    expect(smallestTotalMemory(4, { ...input, jvmOptions: '-Xmx256m' }, 2n)).toBe(880)
    expect(smallestTotalMemory(4, { ...input, jvmOptions: '-Xmx256m', headRoom: 50 }, 2n)).toBe(1760)
  })
})
