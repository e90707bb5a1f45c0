/**
 * JVM options for a jar that runs as a sidecar. HotSpot would size itself by the whole container, so each region gets a
 * share of the sidecar's memory, and the whole process stays inside it. Measured by `npm run test:java` on Java 17 and
 * 25: a server of one class with 96 MiB has at most 48 to 56 MiB resident, WireMock with 256 MiB 123 to 137 MiB.
 */

import { MIB } from '../platform/memory-size.ts'
import { fixedRegions, METASPACE_BASE, METASPACE_PER_CLASS, type Region } from './calculators/regions.ts'
import { parseCalculatorSize } from './calculators/size.ts'
import { LOADED_SHARE } from './loaded-classes.ts'

interface JarSidecar {
  /** Whole MiB. */
  readonly memory: number
  /** Number of classes in its jar (`countClassEntries`). */
  readonly classes: number
  /** The part of `JAVA_OPTS` in its `env` that is known at staging. It follows our options and overrides them. */
  readonly ownOptions: string
}

export type JvmSidecarOptions =
  | { readonly kind: 'fits'; readonly options: readonly string[]; readonly megabytes: SidecarRegions }
  /** `smallest`: the smallest memory that works, in whole MiB; `MOST_SIDECAR_MEMORY` if none was found. */
  | { readonly kind: 'too-little'; readonly smallest: number }

/** Whole MiB by region; `stacks` of all threads together; `jvm` is the JVM's own use. */
type SidecarRegions = Readonly<Record<Exclude<Region, 'stack'> | 'stacks' | 'jvm', number>>

export const COLLECTOR = '-XX:+UseSerialGC'
const SMALLEST_HEAP = 12
const STACK_KIB = 512
/** Below this size, the arenas of the C2 compiler would take too large a share. */
const C1_ONLY_BELOW = 160
/** `smallest` is a multiple of it, because users write it into a file. */
const STEP = 8
/** In MiB; more is not tried. */
export const MOST_SIDECAR_MEMORY = 1024 ** 2

export function jvmSidecarOptions(sidecar: JarSidecar): JvmSidecarOptions {
  const fixed = fixedRegions(sidecar.ownOptions)
  if ('tooLarge' in fixed) return { kind: 'too-little', smallest: MOST_SIDECAR_MEMORY }
  const share = (memory: number) => regions(memory, sidecar.classes, (region) => inMegabytes(fixed[region]))
  const megabytes = share(sidecar.memory)
  // A JVM whose initial heap is larger than its maximum does not start.
  const least = fixed.heap === undefined ? Math.max(SMALLEST_HEAP, firstHeap(sidecar.ownOptions)) : 0
  const enough = (each: SidecarRegions) => each.heap >= least
  if (!enough(megabytes)) {
    let smallest = STEP
    while (smallest < MOST_SIDECAR_MEMORY && !enough(share(smallest))) smallest += STEP
    return { kind: 'too-little', smallest }
  }
  const own = sidecar.ownOptions
  const options = [
    ...(/(^|\s)-XX:\+Use\w+GC\b/.test(own) ? [] : [COLLECTOR]),
    ...(sidecar.memory < C1_ONLY_BELOW ? ['-XX:TieredStopAtLevel=1'] : []),
    // The JVM's default: a larger one in the app's JAVA_TOOL_OPTIONS would prevent the start.
    '-Xms0',
    // A percentage of the user refers to the sidecar's memory.
    ...(/RAMPercentage=/.test(own) ? [`-XX:MaxRAM=${sidecar.memory}m`] : heap(fixed.heap, megabytes.heap)),
    ...(fixed.stack === undefined ? [`-Xss${STACK_KIB}k`] : []),
    ...(fixed.metaspace === undefined ? [`-XX:MaxMetaspaceSize=${megabytes.metaspace}m`] : []),
    ...(fixed.codeCache === undefined ? [`-XX:ReservedCodeCacheSize=${megabytes.codeCache}m`] : []),
    ...(fixed.directMemory === undefined ? [`-XX:MaxDirectMemorySize=${megabytes.directMemory}m`] : []),
  ]
  return { kind: 'fits', options, megabytes }
}

/** Whole MiB of the last `-Xms`; 0 without one. */
function firstHeap(options: string): number {
  const size = parseCalculatorSize(options.match(/(?<=(?:^|\s)-Xms)\S+/g)?.at(-1) ?? '')
  return typeof size === 'bigint' ? Math.ceil(Number(size) / MIB) : 0
}

const heap = (fixed: bigint | undefined, megabytes: number) =>
  fixed === undefined ? [`-Xmx${megabytes}m`] : []

/** `heap` is the remainder; negative if the memory is not enough, also for the sizes that the options set. */
function regions(
  memory: number,
  classes: number,
  fixed: (region: Region) => number | undefined,
): SidecarRegions {
  const jvm = Math.ceil(40 + memory * 0.05)
  const own = fixed('heap')
  // The other regions share this amount: without the heap, if the user sets it.
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

/** The memory calculator's rule without the JRE's classes, which the JVM maps from its shared archive. */
const metaspaceNeed = (classes: number) =>
  Math.ceil((METASPACE_BASE + classes * LOADED_SHARE * METASPACE_PER_CLASS) / MIB)

const within = (least: number, value: number, most: number) =>
  Math.min(most, Math.max(least, Math.round(value)))

const inMegabytes = (bytes: bigint | undefined) => (bytes === undefined ? undefined : Number(bytes) / MIB)
