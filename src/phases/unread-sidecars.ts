/** Sidecars of other buildpacks that the platform will not see, since it does not read their launch.yml. */
import { join } from 'node:path'
import type { EarlierBuildpack } from '../droplet/earlier-buildpacks.ts'
import { isLastFolder, isPadded, unpaddedFolder } from '../platform/deps-folder.ts'
import { LAUNCH_YML, readLaunchYml } from '../platform/launch-yml.ts'
import { readForeignFileIfThere } from '../system/foreign-file.ts'
import type { PhaseContext } from './context.ts'

/**
 * With ten buildpacks or more the platform looks for launch.yml in the unpadded folders only (docs/explanation/platform.md), where
 * no buildpack but ours writes one. As the last buildpack ours brings their entries (finalize.ts).
 */
export function warnOfUnreadSidecars(
  earlier: readonly EarlierBuildpack[],
  { depsDir, index, log }: Pick<PhaseContext, 'depsDir' | 'index' | 'log'>,
): void {
  if (!isPadded(index) || isLastFolder(depsDir, index)) return
  // What stands before an earlier one of ours, that one has told already.
  for (const each of earlier.slice(earlier.findLastIndex(({ isOurs }) => isOurs) + 1)) {
    const names = unreadOf(each, depsDir)
    if (names.length === 0) continue
    log.warning(
      `with ten buildpacks or more the platform does not read the launch.yml of ${each.name}, so that its sidecars (${names.join(', ')}) will not run; make this buildpack the last one, name fewer than ten, or write them under sidecars: in the app's manifest.yml`,
    )
  }
}

function unreadOf({ index, processes }: EarlierBuildpack, depsDir: string): readonly string[] {
  const read = join(depsDir, unpaddedFolder(index), LAUNCH_YML)
  // `10` has no other name: that one is read.
  const text = readForeignFileIfThere(read)
  const types = text ? readLaunchYml(text).value.map(({ type }) => type) : []
  return processes
    .filter(({ type, sidecarFor }) => sidecarFor.length > 0 && !types.includes(type))
    .map(({ type }) => type)
}
