/** Whether another buildpack has what a sidecar takes out of its deps, as far as staging can know. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration } from '../config/sidecar.ts'
import { earlierFolders, isLastFolder } from '../platform/deps-folder.ts'
import type { Problems } from '../problems/problems.ts'

/**
 * Warnings only: an earlier buildpack may still write it when it finalizes, or its profile.d script at start.
 * @param index of ours
 */
export function checkDepsSources(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  depsDir: string,
  index: string,
  problems: Problems,
): void {
  for (const { name, command, source } of sidecars) {
    if (source?.kind !== 'deps') continue
    const looked = earlierFolders(depsDir, index).map((each) => `${each}/${source.deps}`)
    const found = looked.filter((each) => existsSync(join(depsDir, each)))
    if (found.length > 1)
      problems.warning(
        source.place,
        `sidecar ${name} needs exactly one ${source.deps} to start; several buildpacks have it: deps/${found.join(', deps/')}`,
        'write a longer path that only one of them has',
      )
    else if (found[0] !== undefined && command === undefined && source.executable === undefined) {
      if (isFolder(join(depsDir, found[0])))
        problems.warning(
          source.place,
          `sidecar ${name} cannot start deps/${found[0]}, which is a directory`,
          'set `executable` to a file in it',
        )
    } else if (found.length === 0 && isLastFolder(depsDir, index))
      problems.warning(
        source.place,
        `sidecar ${name} needs ${source.deps} to start, which no buildpack before this one has`,
        'add the buildpack that installs it before this one',
      )
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
