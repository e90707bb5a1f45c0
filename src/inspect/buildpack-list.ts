/** Whether the list of buildpacks runs this buildpack at the right position. Cloud Foundry accepts any list. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { withoutCredentials } from '../config/uri.ts'
import type { Lifecycle } from '../manifest/buildpacks.ts'
import { nearest } from '../problems/nearest.ts'
import type { Place, Problems } from '../problems/problems.ts'

/** The name of this buildpack on the command line. */
export const OWN_NAME = 'sidecar'
/** Its other name in manifests: the one with which `cf create-buildpack` installs the packaged zip. */
export const INSTALLED_NAME = 'sidecar_buildpack'
export const OWN_NAMES: readonly string[] = [OWN_NAME, INSTALLED_NAME]

export interface BuildpackList {
  /** In order; the last is the final buildpack; empty: Cloud Foundry detects it. */
  readonly names: readonly string[]
  /** Names of other buildpacks that were packaged with this project. */
  readonly own: readonly string[]
  readonly lifecycle: Lifecycle
  /** Place of the manifest or its application; absent: the list is from the command line. */
  readonly place: Place | undefined
}

export interface AppOfList {
  /** Names of the sidecars that this buildpack would add. */
  readonly sidecars: readonly string[]
  /** Whether there is a sidecars.yml, even one that cannot be read, or the buildpack carries one. */
  readonly hasConfiguration: boolean
  /** Whether the Procfile, sidecars.yml or the manifest declares the web process. */
  readonly declaresWeb: boolean
  /** Whether sidecars.yml declares it, so that bin/detect accepts the app. */
  readonly claimsApp: boolean
  /** The buildpack of its language, for an example. */
  readonly usual: string
}

/** A file at the app root, and Cloud Foundry's buildpack that recognises the app by it. */
const RECOGNISED: readonly (readonly [file: string, buildpack: string])[] = [
  ['META-INF', 'java_buildpack'],
  ['WEB-INF', 'java_buildpack'],
  ['package.json', 'nodejs_buildpack'],
  ['Gemfile', 'ruby_buildpack'],
  ['requirements.txt', 'python_buildpack'],
  ['go.mod', 'go_buildpack'],
  ['composer.json', 'php_buildpack'],
]

export function usualBuildpack(appDir: string): string {
  return RECOGNISED.find(([file]) => existsSync(join(appDir, file)))?.[1] ?? 'binary_buildpack'
}

/** Whether sidecars.yml is read at all; without a list, this buildpack may be detected. */
export function runsOwnBuildpack({ names, own, lifecycle }: BuildpackList): boolean {
  if (lifecycle !== 'buildpack') return false
  return names.length === 0 || names.some((name) => OWN_NAMES.includes(name) || own.includes(name))
}

export function checkBuildpackList(given: BuildpackList, app: AppOfList, problems: Problems): void {
  const list = { ...given, names: given.names.map(withoutCredentials) }
  if (!app.hasConfiguration) return
  const names = app.sidecars.join(', ')
  const effect =
    names === '' ? 'sidecars.yml is not used' : `the sidecars of sidecars.yml do not run (${names})`
  if (list.lifecycle !== 'buildpack') {
    const what = `lifecycle ${list.lifecycle} runs no Cloud Foundry buildpacks, so ${effect}`
    problems.warning(list.place, what, 'declare them under sidecars: in the manifest')
    return
  }
  const known = [...OWN_NAMES, ...list.own]
  const at = list.names.findIndex((name) => known.includes(name))
  if (list.names.length === 0) {
    if (names === '' || app.claimsApp || list.place === undefined) return
    const what = `the manifest lists no buildpacks, so the sidecars of sidecars.yml may not run (${names})`
    problems.warning(list.place, what, `use for example buildpacks: [sidecar_buildpack, ${app.usual}]`)
  } else if (at < 0) reportMissing(list, effect, known, problems)
  else if (names !== '' && at > 0 && at === list.names.length - 1 && !app.declaresWeb) {
    const [first = ''] = list.names
    const what = `${list.names[at]} is the last buildpack, so ${first} does not build the app`
    problems.warning(
      list.place,
      what,
      `use ${written([list.names[at] ?? '', ...list.names.slice(0, at)], list.place)}`,
    )
  }
}

function reportMissing(
  { names, place }: BuildpackList,
  effect: string,
  known: readonly string[],
  problems: Problems,
): void {
  const meant = names
    .map((name) => [name, nearest(name, known)[0]] as const)
    .find(([, found]) => found !== undefined)
  if (meant) {
    const what = `there is no buildpack ${meant[0]}, so ${effect}`
    problems.warning(place, what, `use ${meant[1]}`)
    return
  }
  const option = place === undefined ? '-b' : 'buildpacks'
  const what = `${option} does not list the sidecar buildpack, so ${effect}`
  problems.warning(place, what, `use ${written([INSTALLED_NAME, ...names], place)}`)
}

/** A list as in the manifest, or without one, as on the command line. */
function written(names: readonly string[], place: Place | undefined): string {
  return place === undefined
    ? names.map((each) => `-b ${each}`).join(' ')
    : `buildpacks: [${names.join(', ')}]`
}
