/** How the memory calculator divides what the sidecars leave, and what would have to be otherwise. */
import { describeMemory, MIB } from '../config/memory-size.ts'
import { SMALLEST_HEAP } from '../java/check-java-app.ts'
import {
  type CalculatorInput,
  type CalculatorOutcome,
  calculateMemory,
  smallestTotalMemory,
} from '../java/memory-calculator.ts'

export interface JvmPlan {
  readonly outcome: 'fits' | 'too-little' | 'malformed'
  /** Why it does not start. */
  readonly reason?: string
  /** What the calculator adds to the JVM's options. */
  readonly options?: string
  /** Bytes; with too little memory what each would need. `stacks` are those of all threads. */
  readonly regions?: Readonly<Record<PlannedRegion, number>>
  /** Container with which it starts, the sidecars included, in bytes; absent: none is enough. */
  readonly smallest?: number
  /** What happens where nobody subtracts the sidecars' memory; absent without sidecars. */
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

/** Bytes. */
export interface JvmPlanInput extends Omit<CalculatorInput, 'totalMemory'> {
  readonly container: number
  /** Their sum. */
  readonly sidecars: number
}

/** A JVM that has less cannot be started at all: HotSpot's smallest heap. */
export function jvmPlan(input: JvmPlanInput): JvmPlan {
  const total = input.container - input.sidecars
  const outcome = calculateMemory({ ...input, totalMemory: String(total) })
  const smallest = smallestTotalMemory(input, SMALLEST_HEAP)
  const starts = outcome.kind === 'fits' && outcome.regions.heap >= SMALLEST_HEAP
  const alone = calculateMemory({ ...input, totalMemory: String(input.container) })
  return {
    outcome: outcome.kind === 'fits' && !starts ? 'too-little' : outcome.kind,
    ...(!starts && { reason: reasonOf(outcome, total) }),
    ...(outcome.kind === 'fits' && { options: outcome.options }),
    ...(outcome.kind !== 'malformed' && { regions: regionsOf(outcome, input, total) }),
    ...(smallest !== undefined && { smallest: smallest * MIB + input.sidecars }),
    ...(input.sidecars > 0 && {
      notSubtracted: { over: input.sidecars, ...(alone.kind === 'fits' && { options: alone.options }) },
    }),
  }
}

function regionsOf(
  outcome: Exclude<CalculatorOutcome, { kind: 'malformed' }>,
  { headRoom, threadCount }: JvmPlanInput,
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
  if (outcome.kind === 'malformed') return `the memory calculator refuses its input: ${outcome.what}`
  const have = describeMemory({ bytes: total })
  if (outcome.kind === 'fits') return `of ${have} nothing is left for a heap that a JVM starts with`
  const needed = describeMemory({ bytes: Math.ceil(Number(outcome.needed) / MIB) * MIB })
  return `the memory calculator needs ${needed} and has ${have}: the app would crash at each start`
}
