import type { InspectContext } from '../inspect/context.ts'

/** The input of a phase, collected at its edge (src/phases/main). */
export interface PhaseContext extends InspectContext {
  readonly cacheDir: string
  readonly depsDir: string
  readonly index: string
  readonly buildpackVersion: string
}

/** The directory whose profile.d scripts are sourced with every final buildpack: beside `deps` (docs/explanation/platform.md, "Start"). */
export function profileDirBeside(depsDir: string): string {
  return `${depsDir}/../profile.d`
}
