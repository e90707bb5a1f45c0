/** Finds what `cf push` would push: the application of the manifest and its files. */
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { quote } from '../droplet/shell-quote.ts'
import type { AppManifest, ManifestChoice } from '../manifest/app-manifest.ts'
import { InputError, type Problems } from '../problems/problems.ts'
import { visibleLine } from '../problems/visible.ts'
import { attempt } from '../system/attempt.ts'
import type { CommandLine } from './command-line.ts'
import {
  applicationOf,
  type FoundManifest,
  findManifest,
  isBuildpackManifest,
  type ManifestOptions,
  type ReadManifest,
  readManifestFile,
} from './manifest-file.ts'

export interface PushOptions extends ManifestOptions {
  /** Overrides the manifest's `path`. */
  readonly path?: string
}

export interface PushedApp {
  readonly manifest: AppManifest | undefined
  /** The app's files: a directory, jar, war or zip. */
  readonly path: string
  /** False if it is reported that the manifest names none, or such as do not exist. */
  readonly hasFiles: boolean
  /** Its name in messages. */
  readonly shown: string
  /** The name in the manifest, else that of the files. */
  readonly name: string
}

/**
 * @param app the argument APP: the app's files, or the name of an application in the manifest
 * @param read the manifest, if it is read already
 * @throws InputError when it does not exist
 */
export async function readPushedApp(
  app: string | undefined,
  options: PushOptions,
  line: CommandLine,
  problems: Problems,
  read?: ReadManifest,
): Promise<PushedApp> {
  const { cwd } = line
  const found = read ?? (await findAppManifest(options, cwd))
  if (!found && options.app !== undefined)
    throw new InputError('--app chooses an application of a manifest, but no manifest.yml was found')
  if (!found && app !== undefined && options.path !== undefined)
    throw new InputError(`pass either ${app} or -p ${options.path}, not both`)
  const isThere = app !== undefined && existsSync(resolve(cwd, app))
  const isName = app !== undefined && found !== undefined && (options.path !== undefined || !isThere)
  const given = options.path ?? (isName ? undefined : app)
  if (!found) {
    if (given !== undefined) await noteUnusedManifest(given, line)
    return { manifest: undefined, ...filesAt(given ?? '.', cwd) }
  }
  const application = options.app ?? (isName ? app : undefined)
  const folder = dirname(found.path)
  const choice = {
    prefer: preferring(given, folder, cwd),
    ...(application !== undefined && { application }),
  }
  const manifest = applicationOf(read ?? (await readManifestFile(found, options, cwd)), choice, problems)
  if (!manifest && isName && !isThere)
    problems.error(undefined, `${visibleLine(app)}: no such file, directory or application in the manifest`)
  const files =
    given === undefined && manifest?.path !== undefined
      ? filesOf(manifest, manifest.path, folder, problems)
      : filesAt(given ?? '.', cwd)
  if (given !== undefined && manifest?.path !== undefined)
    noteOverride(manifest, resolve(folder, manifest.path), files, line)
  const hasFiles = files.hasFiles && (manifest !== undefined || application === undefined)
  return { manifest, ...files, hasFiles, name: manifest?.name || files.name }
}

/** An application of a manifest with several: what is left of the manifest without the others. */
interface OneOfSeveral {
  readonly name: string
  readonly manifest: ReadManifest
}

/**
 * The applications that `cf push` pushes if neither one nor files are chosen: all, also two with one name.
 * @returns undefined if there are not several
 */
export async function severalApplications(
  app: string | undefined,
  options: PushOptions,
  { cwd }: CommandLine,
): Promise<readonly OneOfSeveral[] | undefined> {
  if ([app, options.app, options.path].some((each) => each !== undefined)) return undefined
  const found = await findAppManifest(options, cwd)
  const manifest = found && (await readManifestFile(found, options, cwd))
  const parsed = manifest?.parsed
  if (!manifest || !parsed?.list || parsed.names.length < 2 || parsed.names.includes('')) return undefined
  const { list, names } = parsed
  return names.map((name, at) => {
    const alone = { ...list, items: list.items.slice(at, at + 1) }
    return { name, manifest: { ...manifest, parsed: { ...parsed, list: alone, names: [name] } } }
  })
}

type Files = Pick<PushedApp, 'path' | 'hasFiles' | 'shown' | 'name'>

function filesAt(shown: string, cwd: string): Files {
  const path = resolve(cwd, shown)
  return { path, hasFiles: true, shown, name: basename(path) }
}

/** Without -f, ignores a buildpack's manifest.yml, which has the same name. */
async function findAppManifest(options: PushOptions, cwd: string): Promise<FoundManifest | undefined> {
  const found = await findManifest(options, cwd)
  return found && !found.isNamed && isBuildpackManifest(found.path) ? undefined : found
}

/** Of several applications, the one whose files are given, or that has their name. */
function preferring(
  given: string | undefined,
  folder: string,
  cwd: string,
): NonNullable<ManifestChoice['prefer']> {
  return ({ name, path }) => {
    if (given === undefined) return false
    if (path === undefined) return name === given
    return realPath(resolve(folder, path)) === realPath(resolve(cwd, given))
  }
}

function filesOf(manifest: AppManifest, written: string, folder: string, problems: Problems): Files {
  const path = resolve(folder, written)
  const hasFiles = existsSync(path)
  if (!hasFiles)
    problems.error(manifest.place, `path ${written} does not exist`, 'path is relative to the manifest')
  return { path, hasFiles, shown: written, name: basename(path) }
}

/** `cf push` does not look for a manifest in the directory of the files, so it may be unreadable. */
async function noteUnusedManifest(given: string, line: CommandLine): Promise<void> {
  const unused = await findAppManifest({}, resolve(line.cwd, given)).catch(() => undefined)
  if (unused) line.err(`note: ${join(given, unused.shown)} is not used; to use it, pass -f ${quote(given)}\n`)
}

function noteOverride(
  { path, place }: AppManifest,
  ofManifest: string,
  used: Files,
  line: CommandLine,
): void {
  if (realPath(ofManifest) === realPath(used.path)) return
  line.err(`note: using ${used.shown} instead of path ${path} in ${place.file}\n`)
}

function realPath(path: string): string {
  return attempt(() => realpathSync.native(path)) ?? path
}
