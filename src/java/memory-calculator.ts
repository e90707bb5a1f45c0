/**
 * What the memory calculator of the Java buildpacks (4.x of its own; 3.13 has the same arithmetic) gives a JVM,
 * for `plan` and the checks at staging. In the droplet the platform's own calculator is the one that runs.
 */
import { int64, MEBI, parseCalculatorSize, printCalculatorSize } from './calculator-size.ts'
import { type FixedRegions, fixedRegions, type Region, regionOptions } from './jvm-regions.ts'

export interface CalculatorInput {
  /** As `MEMORY_LIMIT` has it: `768m`. */
  readonly totalMemory: string
  /** Whole percent of the total memory that stays unused. */
  readonly headRoom: number
  readonly loadedClassCount: number
  readonly threadCount: number
  /** The text of `JAVA_OPTS`. */
  readonly jvmOptions: string
}

/** Bytes by region; `stack` is one thread's. */
export type Regions = Readonly<Record<Region, bigint>>

export type CalculatorOutcome =
  | {
      readonly kind: 'fits'
      readonly regions: Regions
      readonly headRoom: bigint
      /** The line that the calculator prints: the options that nobody had fixed. */
      readonly options: string
    }
  /** More is needed than there is: the calculator ends with 2, and the app crash-loops. */
  | {
      readonly kind: 'too-little'
      readonly needed: bigint
      readonly total: bigint
      readonly regions: Regions
    }
  /** The input is malformed: it ends with 1 or 2 before it computes. */
  | { readonly kind: 'malformed'; readonly what: string }

const DIRECT_MEMORY = 10n * MEBI
const CODE_CACHE = 240n * MEBI
const STACK = MEBI
const METASPACE_PER_CLASS = 5800n
const METASPACE_BASE = 14_000_000n
const SMALLEST_TOTAL = 1024n

export function calculateMemory(input: CalculatorInput): CalculatorOutcome {
  const total = parseCalculatorSize(input.totalMemory)
  const what = malformed(input, total)
  if (what || typeof total !== 'bigint') return { kind: 'malformed', what: what ?? '' }
  const fixed = fixedRegions(input.jvmOptions)
  if ('tooLarge' in fixed) return { kind: 'malformed', what: `${fixed.tooLarge} is larger than any memory` }

  const headRoom = BigInt(Math.trunc(Number(total) * (input.headRoom / 100)))
  const withoutHeap = planned(fixed, input.loadedClassCount)
  const overhead = int64(
    headRoom +
      withoutHeap.directMemory +
      withoutHeap.metaspace +
      withoutHeap.codeCache +
      int64(withoutHeap.stack * BigInt(input.threadCount)),
  )
  const regions = { ...withoutHeap, heap: fixed.heap ?? int64(total - overhead) }
  const needed = overhead > total ? overhead : int64(overhead + regions.heap)
  if (needed > total) return { kind: 'too-little', needed, total, regions }
  const options = regionOptions
    .filter(([region]) => fixed[region] === undefined)
    .map(([region, option]) => option + printCalculatorSize(regions[region]))
  return { kind: 'fits', regions, headRoom, options: options.join(' ') }
}

/**
 * The least memory with which the calculator leaves the JVM this much heap, in whole MB.
 *
 * @param heap bytes; a heap that the options fix counts instead
 * @returns undefined when no memory is enough (a head room of 100 %)
 */
export function smallestTotalMemory(
  input: Omit<CalculatorInput, 'totalMemory'>,
  heap: bigint,
): number | undefined {
  const enough = (megabytes: number) => {
    const outcome = calculateMemory({ ...input, totalMemory: `${megabytes}m` })
    return outcome.kind === 'fits' && outcome.regions.heap >= heap
  }
  const fixed = fixedRegions(input.jvmOptions)
  if ('tooLarge' in fixed) return undefined
  const wanted = fixed.heap === undefined ? enough : (megabytes: number) => fits(input, megabytes)
  let high = 1
  while (!wanted(high)) {
    high *= 2
    if (high > 2 ** 30) return undefined
  }
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (wanted(middle)) high = middle
    else low = middle
  }
  return high
}

const fits = (input: Omit<CalculatorInput, 'totalMemory'>, megabytes: number) =>
  calculateMemory({ ...input, totalMemory: `${megabytes}m` }).kind === 'fits'

function planned(fixed: FixedRegions, classes: number): Regions {
  return {
    directMemory: fixed.directMemory ?? DIRECT_MEMORY,
    metaspace: fixed.metaspace ?? int64(BigInt(classes) * METASPACE_PER_CLASS + METASPACE_BASE),
    codeCache: fixed.codeCache ?? CODE_CACHE,
    stack: fixed.stack ?? STACK,
    heap: 0n,
  }
}

function malformed(input: CalculatorInput, total: bigint | 'too-large' | undefined): string | undefined {
  if (total === undefined) return `${input.totalMemory || 'nothing'} is no size of memory`
  if (total === 'too-large') return `${input.totalMemory} is larger than any memory`
  if (total < SMALLEST_TOTAL) return `a total memory of ${input.totalMemory} is less than 1K`
  if (!Number.isInteger(input.headRoom) || input.headRoom < 0 || input.headRoom > 100) {
    return `a head room of ${input.headRoom} % is none`
  }
  if (!(Number.isSafeInteger(input.loadedClassCount) && input.loadedClassCount > 0)) {
    return `a class count of ${input.loadedClassCount} is none`
  }
  if (!(Number.isSafeInteger(input.threadCount) && input.threadCount > 0)) {
    return `a thread count of ${input.threadCount} is none`
  }
  return undefined
}
