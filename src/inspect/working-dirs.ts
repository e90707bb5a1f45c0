/** Checks that the working directories of sidecars exist. Not for a jar of bundle, which is only partly unpacked. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration } from '../config/sidecar.ts'
import type { Problems } from '../problems/problems.ts'

export function checkWorkingDirs(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  appDir: string,
  problems: Problems,
): void {
  for (const { name, place, workingDir } of sidecars) {
    if (workingDir === undefined) continue
    const path = join(appDir, workingDir)
    const what = `working_dir ${workingDir} of ${name}`
    if (!existsSync(path)) {
      const instead = 'the sidecar ends at once unless a later buildpack or .profile creates it'
      problems.warning(place, `${what} is not in the app`, instead)
    } else if (!statSync(path).isDirectory()) {
      problems.error(place, `${what} is not a directory`, 'use the directory that contains it')
    }
  }
}
