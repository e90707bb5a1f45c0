/** How the memory calculator of a Java buildpack divides the memory that the sidecars leave, and what must change. */

import type { CalculatorOutcome, JavaBuildpack } from '../java/calculators/calculator.ts'
import { calculateMemory } from '../java/calculators/memory-calculator.ts'
import { type AppOnJvm, type MemoryNeed, memoryNeed } from '../java/memory-needs.ts'
import { describeMemory, MIB } from '../platform/memory-size.ts'

export interface JvmPlan {
  readonly buildpack: JavaBuildpack
  readonly javaVersion: number
  /** Whether the environment sets the Java version; otherwise it is the buildpack's default. */
  readonly javaVersionGiven: boolean
  /** The input of the memory calculator. */
  readonly loadedClasses: number
  readonly threads: number
  /** Percent. */
  readonly headRoom: number
  readonly outcome: 'fits' | 'too-little' | 'malformed'
  /** Why it does not start. */
  readonly reason?: string
  /** The JVM options that the calculator adds. */
  readonly options?: string
  /** Bytes; if the memory is not enough, the required ones. `stacks` of all threads. */
  readonly regions?: Readonly<Record<PlannedRegion, number>>
  /** The smallest container in which the app works, including the sidecars, in bytes; absent: none. */
  readonly smallest?: number
  /** The result if the sidecars' memory is not subtracted; absent without sidecars. */
  readonly notSubtracted?: { readonly options?: string; readonly over: number }
}

export const plannedRegions = [
  'heap',
  'metaspace',
  'codeCache',
  'stacks',
  'directMemory',
  'headRoom',
] as const
export type PlannedRegion = (typeof plannedRegions)[number]

/**
 * @param container bytes
 * @param sidecars bytes of all sidecars; less than the container
 */
export function jvmPlan(
  app: AppOnJvm,
  buildpack: JavaBuildpack,
  container: number,
  sidecars: number,
): JvmPlan {
  const need = memoryNeed(app, buildpack, container, sidecars)
  const { outcome, starts, smallest, input } = need
  const alone = calculateMemory(buildpack, { ...input, totalMemory: `${Math.floor(container / 1024)}k` })
  return {
    buildpack,
    javaVersion: need.javaVersion,
    javaVersionGiven: need.isVersionGiven,
    loadedClasses: input.loadedClassCount,
    threads: input.threadCount,
    headRoom: input.headRoom,
    outcome: outcome.kind === 'fits' && !starts ? 'too-little' : outcome.kind,
    ...(!starts && { reason: reasonOf(outcome, container - sidecars) }),
    ...(outcome.kind === 'fits' && { options: outcome.options }),
    ...(outcome.kind !== 'malformed' && { regions: regionsOf(outcome, need, container - sidecars) }),
    ...(smallest !== undefined && { smallest: smallest * MIB }),
    ...(sidecars > 0 && {
      notSubtracted: { over: sidecars, ...(alone.kind === 'fits' && { options: alone.options }) },
    }),
  }
}

function regionsOf(
  outcome: Exclude<CalculatorOutcome, { kind: 'malformed' }>,
  { input: { headRoom, threadCount } }: MemoryNeed,
  total: number,
): Readonly<Record<PlannedRegion, number>> {
  const { stack, heap, metaspace, codeCache, directMemory } = outcome.regions
  return {
    heap: Math.max(0, Number(heap)),
    metaspace: Number(metaspace),
    codeCache: Number(codeCache),
    stacks: Number(stack) * threadCount,
    directMemory: Number(directMemory),
    headRoom: Math.trunc(total * (headRoom / 100)),
  }
}

function reasonOf(outcome: CalculatorOutcome, total: number): string {
  if (outcome.kind === 'malformed') return `the memory calculator rejects its input: ${outcome.what}`
  const have = describeMemory({ bytes: total })
  if (outcome.kind === 'fits') return `${have} leaves too little heap for a JVM to start`
  const needed = describeMemory({ bytes: Math.ceil(Number(outcome.needed) / MIB) * MIB })
  return `the memory calculator needs ${needed} and has ${have}: the app would crash at each start`
}
