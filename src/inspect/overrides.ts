/** Warns about overrides that no buildpack applies. */

import type { EarlierBuildpack } from '../droplet/earlier-buildpacks.ts'
import { nearest } from '../problems/nearest.ts'
import type { Place, Problems } from '../problems/problems.ts'
import { countOursBeside } from './buildpacks-beside.ts'

/**
 * Whether another of our buildpacks is unpacked that has not run yet. If so, it runs later and reports unused overrides,
 * unless this one was detected among several: then finalize, which only the last buildpack runs, reports them.
 */
export function laterOwnBuildpackMayExist(
  earlier: readonly EarlierBuildpack[],
  buildpackDir: string,
): boolean {
  return countOursBeside(buildpackDir) > 1 + earlier.filter(({ isOurs }) => isOurs).length
}

/** @param left overrides of sidecars that this buildpack does not include @param carried the sidecars that it includes */
export function reportOverrides(
  left: readonly { readonly name: string; readonly place: Place }[],
  carried: readonly string[],
  earlier: readonly EarlierBuildpack[],
  problems: Problems,
): void {
  const taken = new Set(earlier.flatMap(({ carried }) => carried))
  for (const { name, place } of left.filter((each) => !taken.has(each.name))) {
    const what = `this entry overrides sidecar ${name}, which no buildpack so far includes`
    const [meant] = nearest(name, [...carried, ...taken])
    const own = 'add a command or a source to make it a sidecar of the app'
    problems.warning(place, what, meant === undefined ? own : `did you mean ${meant}? Otherwise ${own}`)
  }
}
