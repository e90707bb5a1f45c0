/**
 * JVM options for a jar that runs as a sidecar: HotSpot would size itself by the whole container, so each region
 * gets its share of the sidecar's memory, and the whole process stays inside. Measured by `npm run test:java` on
 * Java 17 and 25: a server of one class with 96 MB had 48 to 56 MB resident at most, WireMock with 256 MB 123 to 137.
 */

import { fixedRegions, type Region } from './calculators/regions.ts'
import { parseCalculatorSize } from './calculators/size.ts'

export interface JarSidecar {
  /** Whole MB. */
  readonly memory: number
  /** Classes that its jar lists (`countClassEntries`). */
  readonly classes: number
  /** As far as it is known at staging, the `JAVA_OPTS` of its own `env`: comes behind ours, and wins. */
  readonly ownOptions: string
}

export type JvmSidecarOptions =
  | { readonly kind: 'fits'; readonly options: readonly string[]; readonly megabytes: SidecarRegions }
  /** `smallest`: the least sensible memory, in whole MB. */
  | { readonly kind: 'too-little'; readonly smallest: number }

/** Whole MB by region; `stacks` are those of all threads together, `jvm` is what the JVM takes for itself. */
export type SidecarRegions = Readonly<Record<Exclude<Region, 'stack'> | 'stacks' | 'jvm', number>>

export const COLLECTOR = '-XX:+UseSerialGC'
const MIB = 1024n * 1024n
const SMALLEST_HEAP = 12
const STACK_KIB = 512
/** Below this a C2 compiler's arenas would be too large a share. */
const C1_ONLY_BELOW = 160
/** `smallest` is a multiple of it: it is a figure to write into a file. */
const STEP = 8
/** 1 TB: what needs more needs no figure. */
const LARGEST = 1024 ** 2

export function jvmSidecarOptions(sidecar: JarSidecar): JvmSidecarOptions {
  const fixed = fixedRegions(sidecar.ownOptions)
  if ('tooLarge' in fixed) return { kind: 'too-little', smallest: LARGEST }
  const share = (memory: number) => regions(memory, sidecar.classes, (region) => inMegabytes(fixed[region]))
  const megabytes = share(sidecar.memory)
  // A JVM whose first heap is larger than its largest does not start.
  const least = fixed.heap === undefined ? Math.max(SMALLEST_HEAP, firstHeap(sidecar.ownOptions)) : 0
  const enough = (each: SidecarRegions) => each.heap >= least
  if (!enough(megabytes)) {
    let smallest = STEP
    while (smallest < LARGEST && !enough(share(smallest))) smallest += STEP
    return { kind: 'too-little', smallest }
  }
  const own = sidecar.ownOptions
  const options = [
    ...(/(^|\s)-XX:\+Use\w+GC\b/.test(own) ? [] : [COLLECTOR]),
    ...(sidecar.memory < C1_ONLY_BELOW ? ['-XX:TieredStopAtLevel=1'] : []),
    // As the JVM chooses: one larger than the heap, in the app's JAVA_TOOL_OPTIONS, would keep it from starting.
    '-Xms0',
    // A share that the user gives in percent is one of the sidecar's memory.
    ...(/RAMPercentage=/.test(own) ? [`-XX:MaxRAM=${sidecar.memory}m`] : heap(fixed.heap, megabytes.heap)),
    ...(fixed.stack === undefined ? [`-Xss${STACK_KIB}k`] : []),
    ...(fixed.metaspace === undefined ? [`-XX:MaxMetaspaceSize=${megabytes.metaspace}m`] : []),
    ...(fixed.codeCache === undefined ? [`-XX:ReservedCodeCacheSize=${megabytes.codeCache}m`] : []),
    ...(fixed.directMemory === undefined ? [`-XX:MaxDirectMemorySize=${megabytes.directMemory}m`] : []),
  ]
  return { kind: 'fits', options, megabytes }
}

/** Whole MB of the last `-Xms`; 0 without one. */
function firstHeap(options: string): number {
  const size = parseCalculatorSize(options.match(/(?<=(?:^|\s)-Xms)\S+/g)?.at(-1) ?? '')
  return typeof size === 'bigint' ? Math.ceil(Number(size) / Number(MIB)) : 0
}

const heap = (fixed: bigint | undefined, megabytes: number) =>
  fixed === undefined ? [`-Xmx${megabytes}m`] : []

/** `heap` is what is left; below zero when there is too little, or what the options fix does not fit. */
function regions(
  memory: number,
  classes: number,
  fixed: (region: Region) => number | undefined,
): SidecarRegions {
  const jvm = Math.ceil(40 + memory * 0.05)
  const own = fixed('heap')
  // What the other regions have a share of: without the heap, when the user has fixed it.
  const rest = memory - jvm - (own ?? 0)
  const threads = within(16, rest * 0.16, 128)
  const stacks = Math.ceil(threads * (fixed('stack') ?? STACK_KIB / 1024))
  const metaspace = fixed('metaspace') ?? Math.max(metaspaceNeed(classes), within(16, rest * 0.28, 192))
  const codeCache = fixed('codeCache') ?? within(8, rest * 0.15, 128)
  const directMemory = fixed('directMemory') ?? within(4, rest * 0.05, 32)
  const left = rest - stacks - metaspace - codeCache - directMemory
  const heap = own === undefined ? left : left >= 0 ? own : -1
  return { jvm, stacks, metaspace, codeCache, directMemory, heap }
}

/** The memory calculator's rule, without the JRE's classes: those come out of the JVM's shared archive. */
const metaspaceNeed = (classes: number) => Math.ceil((14_000_000 + classes * 0.35 * 5800) / Number(MIB))

const within = (least: number, value: number, most: number) =>
  Math.min(most, Math.max(least, Math.round(value)))

const inMegabytes = (bytes: bigint | undefined) =>
  bytes === undefined ? undefined : Number(bytes) / Number(MIB)
