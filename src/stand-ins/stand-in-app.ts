import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownFolder } from '../buildpack/own-folder.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlannedApp } from '../plan/planned-app.ts'

export interface StandInApp {
  readonly app: PlannedApp
  /** By the app's own configuration; the sidecars of other buildpacks are not in it. */
  readonly plan: Plan
}

/** The output of a buildpack's bin/release. */
export interface Release {
  /** The start command of process web; absent if the app's Procfile defines all of them. */
  readonly web?: string
  /** Further files of the stand-in in the deps directory of the droplet: text by name. */
  readonly files?: Readonly<Record<string, string>>
}

/** A program of this project that the start command runs. @param name of its file in `dist` */
export function ownProgram(name: string, args: string): Required<Pick<Release, 'files'>> & { run: string } {
  return {
    run: `node "$DEPS_DIR"/*/${name} ${args}`,
    files: { [name]: readFileSync(join(ownFolder(), 'dist', name), 'utf8') },
  }
}
