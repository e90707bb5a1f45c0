/** The directories of a staging, as in the platform's builder. */
import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { depsFolderName } from '../../platform/deps-folder.ts'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { withoutLinks } from '../../system/links.ts'
import { makeOutputFolder } from '../output-folder.ts'
import type { Buildpack } from './buildpack.ts'
import { cacheName } from './cache-name.ts'
import { StagingFailure, within } from './failure.ts'

export interface StagingFolders {
  /** The future droplet: `deps`, `profile.d`, and finally `app`. */
  readonly contents: string
  readonly deps: string
  readonly profile: string
  /** Of the final buildpack. */
  readonly finalCache: string
  readonly supplyCache: (buildpack: Buildpack) => string
  /** A directory's name below `deps`: padded with ten or more buildpacks. */
  readonly depsIndex: (index: number) => string
}

/**
 * Creates them, and removes the caches of unused buildpacks.
 * @param supplies all buildpacks but the final one; none for detection
 * @param parent of the contents directory; `/tmp` on the platform
 * @throws StagingFailure when a cache is not a directory
 */
export async function makeStagingFolders(
  cacheDir: string,
  supplies: readonly Buildpack[],
  parent: string,
): Promise<StagingFolders> {
  const finalCache = join(cacheDir, 'final')
  const supplyCache = ({ name }: Buildpack) => join(cacheDir, cacheName(name))
  const caches = [finalCache, ...supplies.map(supplyCache)]
  makeOutputFolder(cacheDir)
  await within('Failed to set up filesystem when generating droplet', async () => {
    for (const each of caches) await made(withoutLinks(cacheDir, basename(each)))
  })
  const count = supplies.length + 1
  const contents = await mkdtemp(join(parent, 'contents'))
  const folders: StagingFolders = {
    contents,
    deps: join(contents, 'deps'),
    profile: join(contents, 'profile.d'),
    finalCache,
    supplyCache,
    depsIndex: (index) => depsFolderName(index, count),
  }
  const deps = Array.from({ length: count }, (_, i) => join(folders.deps, folders.depsIndex(i)))
  for (const each of [folders.deps, ...deps, folders.profile]) await makeStagingFolder(each)
  for (const each of await readdir(cacheDir)) {
    if (!caches.includes(join(cacheDir, each)))
      await rm(join(cacheDir, each), { recursive: true, force: true })
  }
  return folders
}

/**
 * Mode 0755, independent of the umask; an existing directory keeps its mode.
 * @throws StagingFailure when something else is there
 */
export async function makeStagingFolder(path: string): Promise<void> {
  if (await made(path)) await chmod(path, 0o755)
}

/** Whether it is new. Fails with the words of Go's `os.MkdirAll`. */
async function made(path: string): Promise<boolean> {
  try {
    return (await mkdir(path, { recursive: true })) !== undefined
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException
    const isLink = await lstat(path).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    )
    // A link to a file is not a directory; with a broken one, mkdir fails, which Node.js reports as ENOENT.
    const broken = isLink && error.code === 'ENOENT' ? 'file exists' : undefined
    const why = error.code === 'EEXIST' ? 'not a directory' : (broken ?? describeSystemError(error))
    throw new StagingFailure(`mkdir ${path}: ${why}`)
  }
}
