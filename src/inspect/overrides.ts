/** Overrides that nobody takes: which of ours can know it, and its warning. */
import type { Place, Problems } from '../config/problems.ts'
import type { EarlierBuildpack } from '../droplet/earlier-buildpacks.ts'
import { nearest } from '../sources/nearest.ts'
import { countOursBeside } from './buildpacks-beside.ts'

/**
 * Whether a buildpack of ours is laid out that has not run before this one. It runs later and then knows more, unless
 * this one was detected among several: then finalize, which only the last buildpack does, has the last word.
 */
export function oneOfOursMayFollow(earlier: readonly EarlierBuildpack[], buildpackDir: string): boolean {
  return countOursBeside(buildpackDir) > 1 + earlier.filter(({ isOurs }) => isOurs).length
}

/** @param left overrides of what this buildpack does not carry @param carried what it does */
export function reportOverrides(
  left: readonly { readonly name: string; readonly place: Place }[],
  carried: readonly string[],
  earlier: readonly EarlierBuildpack[],
  problems: Problems,
): void {
  const taken = new Set(earlier.flatMap(({ carried }) => carried))
  for (const { name, place } of left.filter((each) => !taken.has(each.name))) {
    const what = `no buildpack so far carries a sidecar ${name}, which this entry would change`
    const [meant] = nearest(name, [...carried, ...taken])
    const own = 'give it a command or a source to make it a sidecar of the app'
    problems.warning(place, what, meant === undefined ? own : `write ${meant}, if that is meant, or ${own}`)
  }
}
