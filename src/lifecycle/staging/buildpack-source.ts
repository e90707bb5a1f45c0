/** Where a buildpack comes from: a folder, a zip that is unpacked first, or this very buildpack. */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, stat, symlink } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { InputError } from '../../config/problems.ts'
import type { Buildpack } from './buildpack.ts'

/** The name that means this buildpack. */
export const OWN_NAME = 'sidecar'
/** What else a manifest calls it: the name under which `cf create-buildpack` installs the packaged zip. */
const INSTALLED_NAME = 'sidecar_buildpack'

export interface BuildpackSource {
  readonly name: string
  /** A folder or a zip; absent: this buildpack. */
  readonly path?: string
}

/**
 * `sidecar`, `PATH`, `ZIP` or `NAME=PATH`.
 * @param cwd what a relative path counts from
 */
export function parseBuildpackSource(text: string, cwd: string): BuildpackSource {
  if (text === OWN_NAME) return { name: OWN_NAME }
  const equals = text.indexOf('=')
  if (equals > 0 && !existsSync(resolve(cwd, text))) {
    const [name, path] = [text.slice(0, equals), text.slice(equals + 1)]
    return path === OWN_NAME ? { name } : { name, path: resolve(cwd, path) }
  }
  const path = resolve(cwd, text)
  return { name: basename(path).replace(/\.zip$/i, ''), path }
}

/**
 * The buildpacks that a manifest names, in its order.
 * @throws InputError naming those that nothing was given for
 */
export function chooseBuildpacks(
  names: readonly string[],
  given: readonly BuildpackSource[],
): readonly BuildpackSource[] {
  const found = new Map<string, BuildpackSource>([
    [OWN_NAME, { name: OWN_NAME }],
    [INSTALLED_NAME, { name: INSTALLED_NAME }],
    ...given.toReversed().map((each) => [each.name, each] as const),
  ])
  const missing = names.filter((name) => !found.has(name))
  if (missing.length > 0) {
    const options = missing.map((name) => `-b '${name}=PATH'`).join(' ')
    throw new InputError(
      `the manifest names ${missing.length === 1 ? 'a buildpack' : 'buildpacks'} that ${missing.length === 1 ? 'is' : 'are'} not at hand: ${missing.join(', ')}; give ${options}, a folder or a zip each`,
    )
  }
  return names.flatMap((name) => found.get(name) ?? [])
}

/**
 * Puts a buildpack where the platform has it, into a folder named by a hash of its name, beside the others: ours counts
 * them to know whether it was detected among several. What is a zip is unpacked, a folder stays where it is, behind a link
 * or to be mounted.
 * @param own the folder of this buildpack
 * @param workDir where the folders are made
 * @param inContainer whether a folder can be mounted where the platform has it
 * @throws InputError when there is no such buildpack
 */
export async function layOutBuildpack(
  { name, path: given }: BuildpackSource,
  own: string,
  workDir: string,
  inContainer: boolean,
): Promise<Buildpack> {
  const path = given ?? own
  const found = await stat(path).catch(() => undefined)
  if (!found) throw new InputError(`${path}: there is no such buildpack`)
  await mkdir(workDir, { recursive: true })
  const directory = freeFolder(workDir, name)
  if (found.isDirectory()) {
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
 * A folder that only root may look into: the scripts, which do not run as root, get a copy.
 * @returns whether there is one
 */
async function copyUnreadable(path: string, mode: number, copy: string): Promise<boolean> {
  if (process.getuid?.() !== 0 || (mode & 0o005) === 0o005) return false
  const run = promisify(execFile)
  await run('cp', ['-a', '--reflink=auto', path, copy])
  await run('chmod', ['-R', 'a+rX', copy])
  return true
}

/** Two folders of one name may be given here; on the platform they would be one buildpack. */
function freeFolder(workDir: string, name: string): string {
  for (let count = 0; ; count++) {
    const hash = createHash('md5')
      .update(count === 0 ? name : `${name} ${count}`)
      .digest('hex')
    if (!existsSync(join(workDir, hash))) return join(workDir, hash)
  }
}
