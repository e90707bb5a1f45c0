/** The parts of a container's memory. */
import { type JvmPlan, type PlannedRegion, plannedRegions } from './jvm-plan.ts'
import type { ProcessPlan } from './plan.ts'

export interface MemoryPart {
  readonly kind: 'sidecar' | 'app' | PlannedRegion
  /** Its letter in a drawn bar. */
  readonly letter: string
  readonly name: string
  /** Bytes, more than 0. */
  readonly size: number
}

const REGIONS: Readonly<Record<PlannedRegion, readonly [letter: string, name: string]>> = {
  heap: ['H', 'heap'],
  metaspace: ['m', 'metaspace'],
  codeCache: ['c', 'code cache'],
  stacks: ['t', 'thread stacks'],
  directMemory: ['d', 'direct memory'],
  headRoom: ['r', 'head room'],
}

/** The sidecars first, then the regions of the JVM, or the app as a whole. They may need more than the container has. */
export function memoryParts({ sidecars, app }: ProcessPlan, jvm: JvmPlan | undefined): readonly MemoryPart[] {
  const regions = jvm?.regions
  const taken = sidecars.map(({ name, memory }) => ({
    kind: 'sidecar' as const,
    letter: 's',
    name: `sidecar ${name}`,
    size: memory ?? 0,
  }))
  const rest = regions
    ? plannedRegions.map((kind) => {
        const [letter, name] = REGIONS[kind]
        return { kind, letter, name, size: regions[kind] }
      })
    : [{ kind: 'app' as const, letter: 'a', name: 'app', size: app }]
  return [...taken, ...rest].filter(({ size }) => size > 0)
}

export function sumOf(parts: readonly MemoryPart[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0)
}
