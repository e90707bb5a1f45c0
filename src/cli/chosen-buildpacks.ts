/** The buildpacks of a staging: `-b` and the manifest's list together, those behind a URL fetched. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { OWN_NAMES } from '../inspect/buildpack-list.ts'
import type { BuildpackSource } from '../lifecycle/staging/buildpack-source.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import type { CommandLine } from './command-line.ts'

export interface ChosenBuildpacks {
  readonly sources: readonly [BuildpackSource, ...BuildpackSource[]]
  /** Names under which the list means a buildpack that this project packaged. */
  readonly own: readonly string[]
  /** Whether `-b` is the list, and not the manifest. */
  readonly isGiven: boolean
}

/** @throws InputError when one of them is not available */
export async function chosenBuildpacks(
  written: readonly string[],
  manifest: AppManifest | undefined,
  line: CommandLine,
): Promise<ChosenBuildpacks> {
  const { chooseBuildpacks, isOwnBuildpack, OWN_NAME, parseBuildpackSource } = await import(
    '../lifecycle/staging/buildpack-source.ts'
  )
  const given = written.map((each) => parseBuildpackSource(each, line.cwd))
  const chosen = chooseBuildpacks(manifest?.buildpacks ?? [], given)
  for (const { name } of given.filter((each) => !OWN_NAMES.includes(each.name) && !chosen.includes(each)))
    line.err(`warning: the manifest does not list buildpack ${name}, so -b ${name}=… is not used\n`)
  const sources: BuildpackSource[] = []
  for (const each of chosen) sources.push(await fetched(each, line))
  const [first = { name: OWN_NAME }, ...others] = sources
  return {
    sources: [first, ...others],
    own: sources.filter(isOwnBuildpack).map(({ name }) => name),
    isGiven: chosen === given && given.length > 0,
  }
}

async function fetched(source: BuildpackSource, line: CommandLine): Promise<BuildpackSource> {
  if (source.url === undefined) return source
  const { fetchBuildpack } = await import('../lifecycle/staging/fetch-buildpack.ts')
  const cache = line.env.XDG_CACHE_HOME || join(line.env.HOME ?? homedir(), '.cache')
  const path = await fetchBuildpack(source.url, {
    cacheDir: join(cache, 'sidecar-buildpack/buildpacks'),
    env: line.env,
    note: (text) => line.err(`note: ${text}\n`),
  })
  return { name: source.name, path }
}
