/** The directories of a staging, as in the platform's builder. */
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { depsFolderName } from '../../platform/deps-folder.ts'
import { withoutLinks } from '../../system/links.ts'
import { makeOutputFolder } from '../output-folder.ts'
import type { Buildpack } from './buildpack.ts'
import { cacheName } from './cache-name.ts'

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
 */
export async function makeStagingFolders(
  cacheDir: string,
  supplies: readonly Buildpack[],
  parent: string,
): Promise<StagingFolders> {
  const count = supplies.length + 1
  const contents = await mkdtemp(join(parent, 'contents'))
  const folders: StagingFolders = {
    contents,
    deps: join(contents, 'deps'),
    profile: join(contents, 'profile.d'),
    finalCache: join(cacheDir, 'final'),
    supplyCache: ({ name }) => join(cacheDir, cacheName(name)),
    depsIndex: (index) => depsFolderName(index, count),
  }
  const caches = [folders.finalCache, ...supplies.map(folders.supplyCache)]
  const deps = Array.from({ length: count }, (_, i) => join(folders.deps, folders.depsIndex(i)))
  makeOutputFolder(cacheDir)
  for (const each of caches) await mkdir(withoutLinks(cacheDir, basename(each)), { recursive: true })
  for (const each of [folders.deps, ...deps, folders.profile]) await makeStagingFolder(each)
  for (const each of await readdir(cacheDir)) {
    if (!caches.includes(join(cacheDir, each)))
      await rm(join(cacheDir, each), { recursive: true, force: true })
  }
  return folders
}

/** Mode 0755, independent of the umask; an existing directory keeps its mode. */
export async function makeStagingFolder(path: string): Promise<void> {
  if (await mkdir(path, { recursive: true })) await chmod(path, 0o755)
}
