/**
 * `source: {dependency: …}`: a dependency of the buildpack's manifest, by name and version range. Loaded only when a
 * configuration uses one.
 */
import { existsSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import { isForStack, type Manifest, type ManifestDependency, readManifest } from '../buildpack/manifest.ts'
import type { Source } from '../config/sidecar.ts'
import { nearest } from '../problems/nearest.ts'
import { Problems } from '../problems/problems.ts'
import type { WantedDownload } from './download.ts'
import type { SourceContext, SourceRequest } from './source.ts'
import { isOnLine, newestFirst, newestMatching } from './version-line.ts'

type DependencySource = Extract<Source, { kind: 'dependency' }>
export type DependencyRequest = SourceRequest & { readonly source: DependencySource }

const DAY = 24 * 60 * 60 * 1000
/** Warnings start this long before a deprecation date, as in libbuildpack. */
const WARNED_AHEAD = 30 * DAY

/** Looks up the dependency in the manifest, without fetching it. @returns undefined when an error was reported */
export function findDependency(
  request: DependencyRequest,
  context: SourceContext,
  problems: Problems,
): WantedDownload | undefined {
  const own = new Problems()
  const manifest = readManifest(context.buildpackDir, own)
  const dependency = own.hasErrors ? undefined : resolveDependency(manifest, request, context.stack, own)
  const wanted = dependency && wantedOf(dependency, context, own)
  if (dependency) warnAboutDeprecation(manifest, dependency, request, context, own)
  problems.add(own.sorted())
  if (own.hasErrors || !dependency) return undefined
  context.log.info(`${request.owner}: ${dependency.name} ${dependency.version}`)
  return wanted
}

/** The newest version for the stack that matches. @returns undefined when an error was reported */
export function resolveDependency(
  manifest: Manifest,
  request: DependencyRequest,
  stack: string | undefined,
  problems: Problems,
): ManifestDependency | undefined {
  const { dependency: name, place } = request.source
  const named = manifest.dependencies.filter((each) => each.name === name)
  if (named.length === 0) {
    const names = [...new Set(manifest.dependencies.map((each) => each.name))].sort()
    const near = nearest(name, names)
    const instead =
      near.length > 0
        ? `did you mean ${near.map((each) => JSON.stringify(each)).join(' or ')}?`
        : `it has ${names.join(', ') || 'none'}`
    problems.error(place, `the buildpack's manifest.yml has no dependency ${JSON.stringify(name)}`, instead)
    return undefined
  }
  const fitting = named.filter(({ stacks }) => isForStack(stacks, stack))
  if (fitting.length === 0) {
    const stacks = [...new Set(named.flatMap((each) => each.stacks))].sort().join(', ')
    problems.error(
      place,
      `the dependency ${JSON.stringify(name)} is not available for the stack ${stack}`,
      `it is for ${stacks}`,
    )
    return undefined
  }
  const range = request.source.version ?? defaultRange(manifest, request, problems)
  return range === undefined ? undefined : newestOf(fitting, range, request, problems)
}

function newestOf(
  fitting: readonly ManifestDependency[],
  range: string,
  request: DependencyRequest,
  problems: Problems,
): ManifestDependency | undefined {
  const { dependency: name } = request.source
  const versions = fitting.map((each) => each.version)
  const version = newestMatching(range, versions)
  const found = fitting.filter((each) => each.version === version)
  if (found.length === 1) return found[0]
  if (found.length > 1) {
    const places = found.map(({ place }) => `line ${place.line}`).join(' and ')
    problems.error(
      found[1]?.place,
      `${name} ${version} is listed twice for this stack, in ${places}`,
      'keep one of them',
    )
    return undefined
  }
  const what =
    version === 'invalid'
      ? `version ${JSON.stringify(range)} is not a version range`
      : `no version of the dependency ${JSON.stringify(name)} matches ${JSON.stringify(range)}`
  problems.error(request.source.place, what, `there is ${newestFirst([...new Set(versions)]).join(', ')}`)
  return undefined
}

function defaultRange(
  manifest: Manifest,
  request: DependencyRequest,
  problems: Problems,
): string | undefined {
  const { dependency: name } = request.source
  const defaults = manifest.defaultVersions.filter((each) => each.name === name)
  if (defaults.length > 1) {
    problems.error(
      defaults[1]?.place,
      `default_versions has ${name} ${defaults.length} times`,
      'keep one of them',
    )
    return undefined
  }
  if (defaults[0]) return defaults[0].version
  const versions = newestFirst(
    manifest.dependencies.filter((each) => each.name === name).map((each) => each.version),
  )
  problems.error(
    request.source.place,
    `the dependency ${JSON.stringify(name)} needs a version: default_versions of the manifest has none`,
    `write \`version\`: there is ${[...new Set(versions)].join(', ')}`,
  )
  return undefined
}

/** A cached buildpack includes the file; it is an error if the file is missing. */
function wantedOf(
  { uri, sha256, file, name, version, place }: ManifestDependency,
  { buildpackDir }: SourceContext,
  problems: Problems,
): WantedDownload | undefined {
  const release = `${name} ${version}`
  if (file === undefined) return { uri, sha256, release }
  const carried = join(buildpackDir, normalize(file))
  if (!carried.startsWith(join(buildpackDir, sep))) {
    problems.error(place, `file of ${release} is outside the buildpack`)
  } else if (!existsSync(carried)) {
    const what = `the buildpack should include ${release}, but ${file} is missing`
    problems.error(place, what, 'package the buildpack again with --cached')
  } else return { uri, sha256, carried, release }
  return undefined
}

function warnAboutDeprecation(
  { deprecations }: Manifest,
  { name, version }: ManifestDependency,
  request: DependencyRequest,
  { clock }: SourceContext,
  problems: Problems,
): void {
  for (const { name: deprecated, versionLine, date, link } of deprecations) {
    if (deprecated !== name || !isOnLine(version, versionLine)) continue
    const left = date.getTime() - clock().getTime()
    if (left >= WARNED_AHEAD) continue
    const day = date.toISOString().slice(0, 10)
    const what = `${name} ${versionLine} ${left < 0 ? 'has been out of support since' : 'goes out of support on'} ${day}`
    problems.warning(request.source.place, what, `choose a newer version${link ? ` (see ${link})` : ''}`)
  }
}
