/** Warns about sidecars of other buildpacks whose launch.yml the platform does not read. */
import { join } from 'node:path'
import type { EarlierBuildpack } from '../droplet/earlier-buildpacks.ts'
import { isLastFolder, isPadded, unpaddedFolder } from '../platform/deps-folder.ts'
import { LAUNCH_YML, readLaunchYml } from '../platform/launch-yml.ts'
import { readForeignFileIfThere } from '../system/foreign-file.ts'
import type { PhaseContext } from './context.ts'

/**
 * With ten buildpacks or more, the platform looks for launch.yml only in the unpadded directories
 * (docs/explanation/platform.md), where only our buildpack writes one. As the last buildpack, ours copies their entries
 * (finalize.ts).
 */
export function warnAboutUnreadSidecars(
  earlier: readonly EarlierBuildpack[],
  { depsDir, index, log }: Pick<PhaseContext, 'depsDir' | 'index' | 'log'>,
): void {
  if (!isPadded(index) || isLastFolder(depsDir, index)) return
  // An earlier buildpack of ours has reported those before it.
  for (const each of earlier.slice(earlier.findLastIndex(({ isOurs }) => isOurs) + 1)) {
    const names = unreadOf(each, depsDir)
    if (names.length === 0) continue
    log.warning(
      `with ten or more buildpacks, Cloud Foundry does not read the launch.yml of ${each.name}, so its sidecars (${names.join(', ')}) do not run; list this buildpack last, use fewer than ten, or declare the sidecars in the app's manifest.yml`,
    )
  }
}

function unreadOf({ index, processes }: EarlierBuildpack, depsDir: string): readonly string[] {
  const read = join(depsDir, unpaddedFolder(index), LAUNCH_YML)
  // `10` has no other name, so that one is read.
  const text = readForeignFileIfThere(read)
  const types = text ? readLaunchYml(text).value.map(({ type }) => type) : []
  return processes
    .filter(({ type, sidecarFor }) => sidecarFor.length > 0 && !types.includes(type))
    .map(({ type }) => type)
}
