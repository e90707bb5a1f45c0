import type { Log } from '../log/log.ts'

/** What a phase needs of the world, taken together at its edge (src/phases/main). */
export interface PhaseContext {
  /** The app, as it will be run. */
  readonly buildDir: string
  readonly cacheDir: string
  readonly depsDir: string
  /** A name, not a number: zero-padded when there are ten buildpacks or more. */
  readonly index: string
  /** The unpacked buildpack whose script runs. */
  readonly buildpackDir: string
  readonly buildpackName: string
  readonly buildpackVersion: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly clock: () => Date
  /** Checking without a staging: what `when` asks for is taken as given. */
  readonly assumesConditions?: boolean
  /** Checking with the app manifest, which staging never sees: the process types that it declares. */
  readonly manifestTypes?: readonly string[]
}

/** Where profile.d scripts are sourced from under every final buildpack: beside `deps` (platform.md, 5). */
export function profileDirBeside(depsDir: string): string {
  return `${depsDir}/../profile.d`
}
