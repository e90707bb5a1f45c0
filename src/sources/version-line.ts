/** Version ranges as buildpack manifests write them, on top of semver's. */
import { compareBuild, maxSatisfying, parse, type SemVer, satisfies, validRange } from 'semver'

/**
 * The newest of `versions` in a range: semver's ranges, and libbuildpack's lines (`1.x`, `1.2.x`, `1.2.3`, `~> 1.2`).
 * Versions that semver does not know (`1.2.3.4`, `2024-01`) only match by their exact text.
 * @returns `invalid` for an invalid range, undefined when nothing matches
 */
export function newestMatching(range: string, versions: readonly string[]): string | 'invalid' | undefined {
  if (versions.includes(range)) return range
  const line = asSemverRange(range)
  if (validRange(line) === null) return 'invalid'
  const parsed = versions.map((each) => [each, asSemver(each)] as const)
  const best = maxSatisfying(
    parsed.map(([, version]) => version).filter((each) => each !== null),
    line,
  )
  return parsed.find(([, version]) => version !== null && version === best)?.[0]
}

/** Whether a version is on a line of deprecation dates. */
export function isOnLine(version: string, line: string): boolean {
  const parsed = asSemver(version)
  const range = asSemverRange(line)
  return version === line || (parsed !== null && validRange(range) !== null && satisfies(parsed, range))
}

/** Newest first; what semver does not know comes last. */
export function newestFirst(versions: readonly string[]): readonly string[] {
  return [...versions].sort((a, b) => {
    const [left, right] = [asSemver(a), asSemver(b)]
    if (left && right) return compareBuild(right, left)
    return left ? -1 : right ? 1 : a < b ? -1 : 1
  })
}

/** `~> 1.2` is Ruby's, which manifests know as `1.x`; semver would read it as `1.2.x`. */
function asSemverRange(range: string): string {
  const pessimistic = /^~>\s*v?(\d+)\.(\d+)$/.exec(range.trim())
  if (pessimistic) return `>=${pessimistic[1]}.${pessimistic[2]}.0 <${Number(pessimistic[1]) + 1}.0.0-0`
  return range.trim()
}

/** `1.2` and `17` are versions too, of those who do not number in threes. */
function asSemver(version: string): SemVer | null {
  const short = /^v?(\d+)(?:\.(\d+))?$/.exec(version)
  return parse(short ? `${short[1]}.${short[2] ?? 0}.0` : version, { loose: true })
}
