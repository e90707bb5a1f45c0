/** Version ranges in the notation of buildpack manifests, in addition to semver's. */
import { compareBuild, maxSatisfying, parse, type SemVer, satisfies, validRange } from 'semver'

/**
 * The newest of `versions` in a range: semver's ranges, and libbuildpack's lines (`1.x`, `1.2.x`, `1.2.3`, `~> 1.2`).
 * Versions that semver cannot parse (`1.2.3.4`, `2024-01`) match only if they are equal.
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

/** Whether a version belongs to a version line of `dependency_deprecation_dates`. */
export function isOnLine(version: string, line: string): boolean {
  const parsed = asSemver(version)
  const range = asSemverRange(line)
  return version === line || (parsed !== null && validRange(range) !== null && satisfies(parsed, range))
}

/** Newest first; versions that semver cannot parse come last. */
export function newestFirst(versions: readonly string[]): readonly string[] {
  return [...versions].sort((a, b) => {
    const [left, right] = [asSemver(a), asSemver(b)]
    if (left && right) return compareBuild(right, left)
    return left ? -1 : right ? 1 : a < b ? -1 : 1
  })
}

/** `~> 1.2` is Ruby's notation and means `1.x`; semver would read it as `1.2.x`. */
function asSemverRange(range: string): string {
  const pessimistic = /^~>\s*v?(\d+)\.(\d+)$/.exec(range.trim())
  if (pessimistic) return `>=${pessimistic[1]}.${pessimistic[2]}.0 <${Number(pessimistic[1]) + 1}.0.0-0`
  return range.trim()
}

/** Also accepts `1.2` and `17`: not every project uses three numbers. */
function asSemver(version: string): SemVer | null {
  const short = /^v?(\d+)(?:\.(\d+))?$/.exec(version)
  return parse(short ? `${short[1]}.${short[2] ?? 0}.0` : version, { loose: true })
}
