/**
 * Memory calculator 4.2 of Java buildpack 5.x: calculator/calculator.go and flags/ of
 * https://github.com/cloudfoundry/java-buildpack-memory-calculator/tree/v4.2.0
 */
import { goTrim } from '../../platform/trim.ts'
import { type CalculatorInput, type CalculatorOutcome, malformed } from './calculator.ts'
import {
  type FixedRegions,
  fixedRegions,
  METASPACE_BASE,
  METASPACE_PER_CLASS,
  type Regions,
  regionOptions,
} from './regions.ts'
import { int64, MEBI, parseCalculatorSize, printCalculatorSize } from './size.ts'

const DIRECT_MEMORY = 10n * MEBI
const CODE_CACHE = 240n * MEBI
const STACK = MEBI
const SMALLEST_TOTAL = 1024n

export function calculateMemory4(input: CalculatorInput): CalculatorOutcome {
  const total = parseCalculatorSize(goTrim(input.totalMemory))
  if (total === undefined) return malformed(`"${input.totalMemory}" is not a valid total memory`)
  if (total === 'too-large') return malformed(`a total memory of ${input.totalMemory} is too large`)
  if (total < SMALLEST_TOTAL) return malformed(`a total memory of ${input.totalMemory} is less than 1K`)
  if (!Number.isInteger(input.headRoom) || input.headRoom < 0 || input.headRoom > 100)
    return malformed(`a head room of ${input.headRoom} % is not valid`)
  if (!(Number.isSafeInteger(input.loadedClassCount) && input.loadedClassCount > 0))
    return malformed(`the class count ${input.loadedClassCount} is not valid`)
  if (!(Number.isSafeInteger(input.threadCount) && input.threadCount > 0))
    return malformed(`the thread count ${input.threadCount} is not valid`)
  const fixed = fixedRegions(input.jvmOptions)
  if ('tooLarge' in fixed) return malformed(`the size in ${fixed.tooLarge} is too large`)

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
  if (needed > total) return { kind: 'too-little', needed, regions }
  const options = regionOptions
    .filter(([region]) => fixed[region] === undefined)
    .map(([region, option]) => option + printCalculatorSize(regions[region]))
  return { kind: 'fits', regions, headRoom, options: options.join(' ') }
}

function planned(fixed: FixedRegions, classes: number): Regions {
  return {
    directMemory: fixed.directMemory ?? DIRECT_MEMORY,
    metaspace:
      fixed.metaspace ?? int64(BigInt(classes) * BigInt(METASPACE_PER_CLASS) + BigInt(METASPACE_BASE)),
    codeCache: fixed.codeCache ?? CODE_CACHE,
    stack: fixed.stack ?? STACK,
    heap: 0n,
  }
}
