/** What `cf push` would push: the application of the manifest, and the files it belongs to. */
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { InputError, type Problems } from '../config/problems.ts'
import type { AppManifest, ManifestChoice } from '../manifest/app-manifest.ts'
import type { CommandLine } from './command-line.ts'
import {
  type FoundManifest,
  findManifest,
  isBuildpackManifest,
  type ManifestOptions,
  readManifest,
} from './manifest-file.ts'

export interface PushOptions extends ManifestOptions {
  /** Wins over the manifest's `path`. */
  readonly path?: string
}

export interface PushedApp {
  readonly manifest: AppManifest | undefined
  /** The app's files: a folder, jar, war or zip. */
  readonly path: string
  /** How messages name it. */
  readonly shown: string
  /** Of the manifest, else of the files. */
  readonly name: string
}

/**
 * @param app the argument APP: the app's files, or else the name of an application of the manifest
 * @throws InputError when what is named does not exist
 */
export async function readPushedApp(
  app: string | undefined,
  options: PushOptions,
  line: CommandLine,
  problems: Problems,
): Promise<PushedApp> {
  const { cwd } = line
  const found = await findAppManifest(options, cwd)
  if (!found && options.app !== undefined)
    throw new InputError('--app chooses an application of a manifest, but there is no manifest.yml')
  if (!found && app !== undefined && options.path !== undefined)
    throw new InputError(`the app is given twice: ${app} and -p ${options.path}`)
  const isThere = app !== undefined && existsSync(resolve(cwd, app))
  const isName = app !== undefined && found !== undefined && (options.path !== undefined || !isThere)
  const given = options.path ?? (isName ? undefined : app)
  if (!found) return { manifest: undefined, ...filesAt(given ?? '.', cwd) }
  const application = options.app ?? (isName ? app : undefined)
  const folder = dirname(found.path)
  const choice = { ...options, ...(application !== undefined && { app: application }) }
  const manifest = await readManifest(
    found,
    choice,
    cwd,
    { prefer: preferring(given, folder, cwd) },
    problems,
  )
  if (!manifest && isName && !isThere) problems.error(undefined, `there is no file or folder ${app}`)
  const files =
    given === undefined && manifest?.path !== undefined
      ? filesOf(manifest, manifest.path, folder, problems)
      : filesAt(given ?? '.', cwd)
  if (given !== undefined && manifest?.path !== undefined)
    noteOverride(manifest, resolve(folder, manifest.path), files, line)
  return { manifest, ...files, name: manifest?.name || files.name }
}

type Files = Pick<PushedApp, 'path' | 'shown' | 'name'>

function filesAt(shown: string, cwd: string): Files {
  const path = resolve(cwd, shown)
  return { path, shown, name: basename(path) }
}

/** Without -f a buildpack's own manifest.yml, which has the same name, is not taken. */
async function findAppManifest(options: PushOptions, cwd: string): Promise<FoundManifest | undefined> {
  const found = await findManifest(options, cwd)
  return found && !found.isNamed && (await isBuildpackManifest(found.path)) ? undefined : found
}

/** The application of several whose files are given, or that is called like them. */
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
  if (!existsSync(path))
    problems.error(manifest.place, `path ${written} does not exist`, 'path is relative to the manifest')
  return { path, shown: written, name: basename(path) }
}

function noteOverride(
  { path, place }: AppManifest,
  ofManifest: string,
  used: Files,
  line: CommandLine,
): void {
  if (realPath(ofManifest) === realPath(used.path)) return
  line.err(`note: ${used.shown} is used instead of path ${path} of ${place.file}\n`)
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}
