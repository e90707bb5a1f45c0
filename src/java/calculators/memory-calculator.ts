/**
 * Reimplements the memory calculators of the Java buildpacks: 3.13 of Java buildpack 4.x, 4.2 of 5.x. For `plan` and for
 * the checks at staging. In the droplet, the buildpack's own calculator runs.
 */
import type { CalculatorInput, CalculatorOutcome, JavaBuildpack } from './calculator.ts'
import { calculateMemory3 } from './calculator-3.ts'
import { calculateMemory4 } from './calculator-4.ts'
import type { Regions } from './regions.ts'
import { MEBI } from './size.ts'

export function calculateMemory(buildpack: JavaBuildpack, input: CalculatorInput): CalculatorOutcome {
  return buildpack === 4 ? calculateMemory3(input) : calculateMemory4(input)
}

/** The container sizes that are tried, in MiB: 1 MiB to 1 PiB. */
const LARGEST_TOTAL = 2 ** 30

/**
 * The smallest memory in which the calculator accepts the input, leaves the JVM this much heap, and all regions fit.
 *
 * @param heap bytes; a heap in the options is used instead
 * @returns whole MiB; undefined if no memory is enough (a head room of 100 %)
 */
export function smallestTotalMemory(
  buildpack: JavaBuildpack,
  input: Omit<CalculatorInput, 'totalMemory'>,
  heap: bigint,
): number | undefined {
  const works = (megabytes: number) => {
    const outcome = calculateMemory(buildpack, { ...input, totalMemory: `${megabytes}m` })
    if (outcome.kind !== 'fits') return false
    const { regions, headRoom, options } = outcome
    // Calculator 3.13 does not check that a heap in the options leaves room for the rest.
    const needed = sumOfRegions(regions, input.threadCount) + headRoom
    return needed <= BigInt(megabytes) * MEBI && (!options.includes('-Xmx') || regions.heap >= heap)
  }
  let high = 1
  while (!works(high)) {
    high *= 2
    if (high > LARGEST_TOTAL) return undefined
  }
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (works(middle)) high = middle
    else low = middle
  }
  return high
}

const sumOfRegions = (regions: Regions, threads: number): bigint =>
  regions.directMemory +
  regions.metaspace +
  regions.codeCache +
  regions.stack * BigInt(threads) +
  regions.heap
