/**
 * Memory calculator 3.13 of Java buildpack 4.x: main.go, memory/allocator.go and memory/vmoptions.go of
 * https://github.com/cloudfoundry/java-buildpack-memory-calculator/tree/v3.13.0.RELEASE
 */
import { type CalculatorInput, type CalculatorOutcome, malformed } from './calculator.ts'
import { METASPACE_BASE, METASPACE_PER_CLASS, type Region, type Regions, regionOptions } from './regions.ts'
import { int64, MEBI, parseSignedSize, printCalculatorSize } from './size.ts'

const SMALLEST_TOTAL = 1024n
/** Parsed, although Java 8 and later have no such region. */
const PERM_SIZE = '-XX:MaxPermSize='
/** The regions that it adds up before the heap. */
const ESTIMATED = ['directMemory', 'metaspace', 'codeCache'] as const

type Given = Partial<Readonly<Record<Region, bigint>>>

export function calculateMemory3(input: CalculatorInput): CalculatorOutcome {
  const memory = parseSignedSize(input.totalMemory)
  if (memory === undefined || memory < SMALLEST_TOTAL)
    return malformed(`"${input.totalMemory}" is not a valid total memory`)
  if (!(input.loadedClassCount > 0))
    return malformed(`the class count ${input.loadedClassCount} is not valid`)
  if (!(input.threadCount > 0)) return malformed(`the thread count ${input.threadCount} is not valid`)
  if (!(input.headRoom >= 0 && input.headRoom <= 100))
    return malformed(`a head room of ${input.headRoom} % is not valid`)
  const given = readOptions(input.jvmOptions)
  if ('invalid' in given) return malformed(`the size in ${given.invalid} is not valid`)

  const total = truncated((Number(memory) * (100 - input.headRoom)) / 100)
  const headRoom = memory - total
  if (total < SMALLEST_TOTAL) return { kind: 'too-little', needed: SMALLEST_TOTAL + headRoom, regions: NONE }
  // A size of 0 counts as not set, but is not printed either.
  const chosen = {
    directMemory: given.directMemory || 10n * MEBI,
    metaspace:
      given.metaspace ||
      int64(truncated(METASPACE_PER_CLASS * input.loadedClassCount) + BigInt(METASPACE_BASE)),
    codeCache: given.codeCache || 240n * MEBI,
    stack: given.stack || MEBI,
  }
  if (given.heap) {
    // With a heap in the options, it checks nothing and prints no stack size.
    const regions = { ...chosen, heap: given.heap }
    return { kind: 'fits', regions, headRoom, options: printed(regions, { ...given, stack: chosen.stack }) }
  }
  const stacks = truncated(input.threadCount * Number(chosen.stack))
  const allocated = ESTIMATED.reduce((sum, region) => int64(sum + chosen[region]), stacks)
  const heap = int64(total - allocated)
  const regions = { ...chosen, heap }
  return heap < 0n
    ? { kind: 'too-little', needed: allocated + headRoom, regions }
    : { kind: 'fits', regions, headRoom, options: printed(regions, given) }
}

const NONE: Regions = { directMemory: 0n, metaspace: 0n, codeCache: 0n, stack: 0n, heap: 0n }

/** Converts a number to an int64 as Go does on x86-64: a value out of range gives the smallest one. */
function truncated(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n)
}

/** The sizes in the options: the last of several, even of another option (`-Xssomething`). */
function readOptions(jvmOptions: string): Given | { readonly invalid: string } {
  const given: Partial<Record<Region, bigint>> = {}
  for (const option of jvmOptions.split(' ')) {
    const region = regionOptions.find(([, prefix]) => option.startsWith(prefix))
    const prefix = region?.[1] ?? (option.startsWith(PERM_SIZE) ? PERM_SIZE : undefined)
    if (prefix === undefined) continue
    const size = parseSignedSize(option.slice(prefix.length))
    if (size === undefined) return { invalid: option }
    if (region) given[region[0]] = size
  }
  return given
}

function printed(regions: Regions, given: Given): string {
  return ['heap', 'stack', 'codeCache', 'directMemory', 'metaspace']
    .flatMap((each) => regionOptions.filter(([region]) => region === each && given[region] === undefined))
    .map(([region, option]) => option + printCalculatorSize(regions[region], 'GM'))
    .join(' ')
}
