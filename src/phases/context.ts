import type { InspectContext } from '../inspect/context.ts'

/** What a phase needs of the world, taken together at its edge (src/phases/main). */
export interface PhaseContext extends InspectContext {
  readonly cacheDir: string
  readonly depsDir: string
  readonly index: string
  readonly buildpackVersion: string
}

/** Where profile.d scripts are sourced from under every final buildpack: beside `deps` (docs/explanation/platform.md, "Start"). */
export function profileDirBeside(depsDir: string): string {
  return `${depsDir}/../profile.d`
}
