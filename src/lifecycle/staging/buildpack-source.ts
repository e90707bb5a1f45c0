/** The source of a buildpack: a directory, a zip to unpack, or this buildpack itself. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, stat, symlink } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { withoutCredentials } from '../../config/uri.ts'
import { quote } from '../../droplet/shell-quote.ts'
import { INSTALLED_NAME, OWN_NAME } from '../../inspect/buildpack-list.ts'
import { nearest } from '../../problems/nearest.ts'
import { InputError } from '../../problems/problems.ts'
import { attempt } from '../../system/attempt.ts'
import { withFileSync } from '../../zip/byte-source.ts'
import { readDirectory } from '../../zip/directory.ts'
import type { Buildpack } from './buildpack.ts'
import { isBuildpackUrl } from './fetch-buildpack.ts'

export interface BuildpackSource {
  readonly name: string
  /** A directory or a zip; absent: this buildpack, unless there is a `url`. */
  readonly path?: string
  /** URL of a zip, or of a git repository with `#branch`. */
  readonly url?: string
}

/** The value in `-b NAME=host`: this machine's runtime replaces the buildpack. */
const HOST = 'host'

/** A `-b` of the command line. */
export interface GivenBuildpack extends BuildpackSource {
  /** `NAME=host` */
  readonly isHost?: true
  /** Not `NAME=…`: it is an entry of the list of buildpacks. */
  readonly isBare: boolean
}

/**
 * `sidecar`, `PATH`, `ZIP`, `URL`, or one of them after `NAME=`.
 * @param cwd base of relative paths
 * @throws InputError when the path is missing
 */
export function parseBuildpackSource(text: string, cwd: string): GivenBuildpack {
  const equals = isBuildpackUrl(text) ? text.lastIndexOf('=') : text.indexOf('=')
  const [name, value] = [text.slice(0, equals), text.slice(equals + 1)]
  if (text.trim() === '' || (equals >= 0 && value === '' && !existsSync(resolve(cwd, text))))
    throw new InputError(
      `-b ${text || "''"}: the path is missing; use for example -b ${name || 'java_buildpack'}=PATH`,
    )
  if (equals > 0 && value === HOST) return { name, isHost: true, isBare: false }
  const isNamed =
    equals > 0 && !existsSync(resolve(cwd, text)) && (!isBuildpackUrl(text) || isSource(value, cwd))
  if (!isNamed) return { ...sourceOf(text, cwd), isBare: true }
  return { ...sourceOf(value, cwd), name, isBare: false }
}

/** Whether the text after `URL=` is a buildpack, and not the end of the URL's query. */
function isSource(value: string, cwd: string): boolean {
  return value === OWN_NAME || isBuildpackUrl(value) || existsSync(resolve(cwd, value))
}

function sourceOf(text: string, cwd: string): BuildpackSource {
  const path = resolve(cwd, text)
  if (text === OWN_NAME || (text === INSTALLED_NAME && !existsSync(path))) return { name: text }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text) && !isBuildpackUrl(text))
    throw new InputError(`-b ${withoutCredentials(text)}: use an https URL, a directory or a zip`)
  return isBuildpackUrl(text)
    ? { name: withoutCredentials(text), url: text }
    : { name: basename(path).replace(/\.zip$/i, ''), path }
}

/** A buildpack of the manifest that is not available. */
interface MissingBuildpack {
  readonly name: string
  readonly isMissing: true
}

/**
 * The list of buildpacks, as with `cf push -b`: if one `-b` has no name, all of them replace the manifest's list; otherwise
 * they locate the manifest's buildpacks.
 * @param names in the manifest
 */
export function chooseBuildpacks(
  names: readonly string[],
  given: readonly GivenBuildpack[],
): readonly (BuildpackSource | MissingBuildpack)[] {
  const available = given.map((each) => (each.isHost ? { name: each.name, isMissing: true as const } : each))
  if (names.length === 0 || given.some(({ isBare }) => isBare)) return available
  const found = new Map<string, BuildpackSource | MissingBuildpack>([
    ...names.filter(isBuildpackUrl).map((url) => [url, { name: withoutCredentials(url), url }] as const),
    [OWN_NAME, { name: OWN_NAME }],
    [INSTALLED_NAME, { name: INSTALLED_NAME }],
    ...available.toReversed().map((each) => [each.name, each] as const),
  ])
  return names.map((name) => found.get(name) ?? { name, isMissing: true })
}

/** The error for buildpacks of the manifest that are not available. */
export function missingBuildpacks(missing: readonly string[]): InputError {
  const [list, are, their] =
    missing.length === 1 ? ['buildpack', 'is', 'its'] : ['buildpacks', 'are', 'their']
  const [meant] = missing.flatMap((name) => nearest(name, [INSTALLED_NAME, OWN_NAME]))
  const hint = meant === undefined ? '' : `; or did you mean ${meant}?`
  return new InputError(
    `the manifest lists ${list} ${missing.join(', ')}, which ${are} not available locally; pass ${their} directory or zip: ${missing.map((name) => `-b '${name}=PATH'`).join(' ')}${hint}`,
  )
}

/** Whether a buildpack, a directory or a zip, was packaged with this project. */
export function isOwnBuildpack({ path, url }: BuildpackSource): boolean {
  if (path === undefined) return url === undefined
  const start = 'bin/start-node.bash'
  if (existsSync(join(path, start))) return true
  return (
    attempt(() => withFileSync(path, path, (source) => readDirectory(source).bytes.includes(start))) ?? false
  )
}

/**
 * Puts a buildpack where the platform has it: into a directory named by a hash of its name, beside the others. Our buildpack
 * counts them to find out whether it was detected among several. A zip is unpacked; a directory is linked or mounted.
 * @param own the directory of this buildpack
 * @param workDir parent of the directories
 * @param inContainer whether a directory can be mounted
 * @throws InputError when the buildpack does not exist
 */
export async function layOutBuildpack(
  { name, path: given }: BuildpackSource,
  own: string,
  workDir: string,
  inContainer: boolean,
): Promise<Buildpack> {
  const path = given ?? own
  const found = await stat(path).catch(() => undefined)
  if (!found) throw new InputError(`buildpack ${path} not found; pass its directory, zip or URL`)
  await mkdir(workDir, { recursive: true })
  const directory = freeFolder(workDir, name)
  if (found.isDirectory()) {
    refuseUnpackaged(path)
    if (!inContainer) {
      await symlink(path, directory)
      return { name, directory }
    }
    const isCopied = await copyUnreadable(path, found.mode, directory)
    if (isCopied) return { name, directory }
    await mkdir(directory)
    return { name, directory: path, mountPoint: directory }
  }
  await mkdir(directory)
  const { explode } = await import('../push/explode.ts')
  await explode({
    archive: path,
    name: basename(path),
    target: directory,
    fileMode: (mode) => mode || 0o644,
  })
  return { name, directory }
}

/**
 * Copies a directory that only root can read, because the scripts do not run as root.
 * @returns whether there is one
 */
async function copyUnreadable(path: string, mode: number, copy: string): Promise<boolean> {
  if (process.getuid?.() !== 0 || (mode & 0o005) === 0o005) return false
  const run = promisify(execFile)
  await run('cp', ['-a', '--reflink=auto', path, copy])
  await run('chmod', ['-R', 'a+rX', copy])
  return true
}

/** Here, two directories may have the same name; on the platform, they would be one buildpack. */
function freeFolder(workDir: string, name: string): string {
  for (let count = 0; ; count++) {
    const hash = createHash('md5')
      .update(count === 0 ? name : `${name} ${count}`)
      .digest('hex')
    if (!existsSync(join(workDir, hash))) return join(workDir, hash)
  }
}

/** The input of `package --sidecars` in place of its result. */
function refuseUnpackaged(path: string): void {
  const has = (name: string) => existsSync(join(path, name))
  if (!has('sidecars.yml') || ['supply', 'finalize', 'compile'].some((each) => has(`bin/${each}`))) return
  throw new InputError(
    `buildpack ${path} is not packaged yet; pass the zip that this writes: sidecar-buildpack package --sidecars ${quote(path)}`,
  )
}
