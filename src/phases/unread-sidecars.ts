/** Sidecars of other buildpacks that the platform will not see, since it does not read their launch.yml. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { EarlierBuildpack } from '../droplet/earlier-buildpacks.ts'
import { LAUNCH_YML, readLaunchYml } from '../platform/launch-yml.ts'
import { readForeignFileIfThere } from '../system/foreign-file.ts'
import type { PhaseContext } from './context.ts'

/**
 * With ten buildpacks or more the platform looks for launch.yml in the unpadded folders only (platform.md, 1), where
 * no buildpack but ours writes one. As the last buildpack ours brings their entries (finalize.ts).
 */
export function warnOfUnreadSidecars(
  earlier: readonly EarlierBuildpack[],
  { depsDir, index, log }: Pick<PhaseContext, 'depsDir' | 'index' | 'log'>,
): void {
  if (index.length === 1 || isLast(depsDir, index)) return
  // What stands before an earlier one of ours, that one has told already.
  for (const each of earlier.slice(earlier.findLastIndex(({ isOurs }) => isOurs) + 1)) {
    const names = unreadOf(each, depsDir)
    if (names.length === 0) continue
    log.warning(
      `with ten buildpacks or more the platform does not read the launch.yml of ${each.name}, so that its sidecars (${names.join(', ')}) will not run; make this buildpack the last one, name fewer than ten, or write them under sidecars: in the app's manifest.yml`,
    )
  }
}

/** The platform makes the folders of all buildpacks before it runs the first. */
function isLast(depsDir: string, index: string): boolean {
  return !readdirSync(depsDir).some(
    (name) => /^\d+$/.test(name) && name.length === index.length && Number(name) > Number(index),
  )
}

function unreadOf({ index, processes }: EarlierBuildpack, depsDir: string): readonly string[] {
  const read = join(depsDir, String(Number(index)), LAUNCH_YML)
  // `10` has no other name: that one is read.
  const text = readForeignFileIfThere(read)
  const types = text ? readLaunchYml(text).value.map(({ type }) => type) : []
  return processes
    .filter(({ type, sidecarFor }) => sidecarFor.length > 0 && !types.includes(type))
    .map(({ type }) => type)
}
