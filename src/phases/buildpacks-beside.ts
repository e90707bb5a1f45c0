/**
 * How many buildpacks the platform has laid out. They stand side by side, one folder each, so their number tells
 * a buildpack that was detected among several (platform.md, 1, the second fault of the platform).
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** The platform's folders are named by a hash (MD5 or xxHash in hex). */
const HASH = /^[0-9a-f]{16,64}$/

/** At least 1: this one. */
export function countBuildpacksBeside(buildpackDir: string): number {
  return Math.max(1, laidOutBeside(buildpackDir).filter(isBuildpack).length)
}

/** Overrides that no buildpack before this one has taken, nor one beside it may take. */
export function overridesNobodyTakes<T extends { readonly name: string }>(
  overrides: readonly T[],
  taken: ReadonlySet<string>,
  buildpackDir: string,
): readonly T[] {
  const left = overrides.filter(({ name }) => !taken.has(name))
  if (left.length === 0) return left
  const beside = carriedBeside(buildpackDir)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  return left.filter(({ name }) => !beside.includes(name))
}

/** The `config/sidecars.yml` files of the other buildpacks beside this one: they may carry what an override changes. */
function carriedBeside(buildpackDir: string): readonly string[] {
  return laidOutBeside(buildpackDir)
    .flatMap((folder) => [folder, ...folders(folder)])
    .filter((folder) => resolve(folder) !== resolve(buildpackDir))
    .map((folder) => join(folder, 'config', 'sidecars.yml'))
    .filter((file) => existsSync(file))
}

/** The platform's folders, ours among them; none when ours was not laid out by the platform. */
function laidOutBeside(buildpackDir: string): readonly string[] {
  // A zip with one folder around it all stays so: <hash>/<folder>/bin.
  const own = [buildpackDir, dirname(buildpackDir)].find((folder) => HASH.test(basename(folder)))
  return own === undefined ? [] : folders(dirname(own)).filter((folder) => HASH.test(basename(folder)))
}

function isBuildpack(folder: string): boolean {
  if (existsSync(join(folder, 'bin'))) return true
  const [only, ...others] = folders(folder)
  return only !== undefined && others.length === 0 && existsSync(join(only, 'bin'))
}

function folders(parent: string): readonly string[] {
  try {
    return readdirSync(parent)
      .map((name) => join(parent, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory())
  } catch {
    return []
  }
}
