/**
 * The buildpacks that the platform has laid out, side by side, one folder each. Their number tells a buildpack that
 * was detected among several (docs/explanation/platform.md, "Two faults").
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'
import { readForeignFileIfThere } from '../system/foreign-file.ts'

/** The platform's folders are named by a hash (MD5 or xxHash in hex). */
const HASH = /^[0-9a-f]{16,64}$/

/** At least 1: this one. */
export function countBuildpacksBeside(buildpackDir: string): number {
  return Math.max(1, laidOutBeside(buildpackDir).filter(isBuildpack).length)
}

/** At least 1: buildpacks of ours, this project's and those packaged by it alike. */
export function countOursBeside(buildpackDir: string): number {
  const ours = laidOutBeside(buildpackDir).filter((folder) =>
    [folder, ...folders(folder)].some((each) => existsSync(join(each, 'bin', 'start-node.bash'))),
  )
  return Math.max(1, ours.length)
}

/**
 * The generation of the Java buildpack that the platform has laid out; undefined when there is none, or one of each.
 * 4.x is Ruby code in lib/java_buildpack, 5.x has a manifest with `language: java`.
 */
export function javaBuildpackBeside(buildpackDir: string): JavaBuildpack | undefined {
  const [first, ...others] = new Set(
    laidOutBeside(buildpackDir).flatMap((folder) => [folder, ...folders(folder)].flatMap(javaGeneration)),
  )
  return others.length > 0 ? undefined : first
}

/** The languages of the buildpacks that the platform has laid out, as far as they tell: `java`, `ruby`, …; `sidecar` is this one. */
export function languagesBeside(buildpackDir: string): readonly string[] {
  return laidOutBeside(buildpackDir).flatMap((outer) => {
    const root = existsSync(join(outer, 'bin')) ? outer : (folders(outer)[0] ?? outer)
    if (javaGeneration(root).length > 0) return 'java'
    const manifest = readForeignFileIfThere(join(root, 'manifest.yml'))?.toString() ?? ''
    return /^language:\s*["']?([\w.-]+)/m.exec(manifest)?.[1] ?? []
  })
}

function javaGeneration(folder: string): readonly JavaBuildpack[] {
  if (existsSync(join(folder, 'lib', 'java_buildpack'))) return [4]
  const manifest = readForeignFileIfThere(join(folder, 'manifest.yml'))?.toString() ?? ''
  return /^language:\s*["']?java["']?\s*$/m.test(manifest) ? [5] : []
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
