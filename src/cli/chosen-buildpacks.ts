/** Determines the buildpacks of a staging by `-b` and the manifest's list, and downloads those with a URL. */
import { existsSync } from 'node:fs'
import { OWN_NAME, OWN_NAMES } from '../inspect/buildpack-list.ts'
import {
  type BuildpackSource,
  chooseBuildpacks,
  type GivenBuildpack,
  isOwnBuildpack,
  missingBuildpacks,
  parseBuildpackSource,
} from '../lifecycle/staging/buildpack-source.ts'
import { fetchBuildpack } from '../lifecycle/staging/fetch-buildpack.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import { InputError } from '../problems/problems.ts'
import { cacheDirectory } from '../system/cache-directory.ts'
import type { CommandLine } from './command-line.ts'

export interface ChosenBuildpacks {
  readonly sources: readonly [BuildpackSource, ...BuildpackSource[]]
  /** Names in the list of buildpacks that were packaged with this project. */
  readonly own: readonly string[]
  /** Whether the list is from `-b`, not from the manifest. */
  readonly isGiven: boolean
}

/** Returns the stand-in for a buildpack that is not available, or why there is none. */
export type FindStandIn = (name: string) => Promise<BuildpackSource | string>

/**
 * @param standIn absent: no stand-ins
 * @throws InputError when one of them is not available
 */
export async function chosenBuildpacks(
  written: readonly string[],
  manifest: AppManifest | undefined,
  line: CommandLine,
  standIn?: FindStandIn,
): Promise<ChosenBuildpacks> {
  const given = written.map((each) => parseBuildpackSource(each, line.cwd))
  const names = manifest?.buildpacks ?? []
  const lost = given.find(({ path }) => path !== undefined && !existsSync(path))
  if (lost) throw new InputError(`-b: buildpack ${lost.path} not found; pass its directory, zip or URL`)
  const chosen = chooseBuildpacks(names, given)
  const isChosen = (name: string) => chosen.some((each) => each.name === name)
  for (const { name } of given.filter((each) => !OWN_NAMES.includes(each.name) && !isChosen(each.name)))
    line.err(`warning: the manifest does not list buildpack ${name}, so -b ${name}=… is not used\n`)
  const sources: BuildpackSource[] = []
  const missing = chosen.flatMap((each) => ('isMissing' in each ? [each.name] : []))
  if (!standIn) {
    refuseHost(given)
    if (missing.length > 0) throw missingBuildpacks(missing)
  }
  for (const each of chosen) {
    if (!('isMissing' in each)) sources.push(await fetched(each, line))
    else sources.push(await requireStandIn(each.name, standIn))
  }
  const [first = { name: OWN_NAME }, ...others] = sources
  return {
    sources: [first, ...others],
    own: sources.filter(isOwnBuildpack).map(({ name }) => name),
    isGiven: given.length > 0 && (names.length === 0 || given.some(({ isBare }) => isBare)),
  }
}

function refuseHost(given: readonly GivenBuildpack[]): void {
  const host = given.find(({ isHost }) => isHost)
  if (host)
    throw new InputError(
      `-b ${host.name}=host is only valid for run; pass the directory, zip or URL of the buildpack: -b '${host.name}=PATH'`,
    )
}

/** @throws InputError when there is no stand-in */
async function requireStandIn(name: string, standIn: FindStandIn | undefined): Promise<BuildpackSource> {
  const found = await standIn?.(name)
  if (typeof found === 'object') return found
  throw new InputError(
    `buildpack ${name} is not available locally, and ${found}; pass its directory, zip or URL: -b '${name}=PATH', or list other buildpacks with -b`,
  )
}

async function fetched(source: BuildpackSource, line: CommandLine): Promise<BuildpackSource> {
  if (source.url === undefined) return source
  const path = await fetchBuildpack(source.url, {
    cacheDir: cacheDirectory(line.env, 'buildpacks'),
    env: line.env,
    note: (text) => line.err(`note: ${text}\n`),
  })
  return { name: source.name, path }
}
