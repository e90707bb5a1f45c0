import type { InspectContext } from '../inspect/context.ts'

/** The input of a phase, collected at its edge (src/phases/main). */
export interface PhaseContext extends InspectContext {
  readonly cacheDir: string
  readonly depsDir: string
  readonly index: string
  readonly buildpackVersion: string
}
