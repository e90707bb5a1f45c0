/**
 * The platform unpacks each buildpack into its directory, side by side. Their number shows whether this buildpack was
 * detected among several (docs/explanation/platform.md, "Two faults").
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'
import { attempt } from '../system/attempt.ts'
import { readForeignFileIfThere } from '../system/foreign-file.ts'

/** The names of the platform's directories are hashes (MD5 or xxHash in hex). */
const HASH = /^[0-9a-f]{16,64}$/

/** At least 1: this one. */
export function countBuildpacksBeside(buildpackDir: string): number {
  return Math.max(1, laidOutBeside(buildpackDir).filter(isBuildpack).length)
}

/** At least 1: this project's buildpack and those packaged with it. */
export function countOursBeside(buildpackDir: string): number {
  const ours = laidOutBeside(buildpackDir).filter((folder) =>
    [folder, ...folders(folder)].some((each) => existsSync(join(each, 'bin', 'start-node.bash'))),
  )
  return Math.max(1, ours.length)
}

/**
 * The generation of the unpacked Java buildpack; undefined if there is none, or one of each.
 * 4.x is Ruby code in lib/java_buildpack, 5.x has a manifest with `language: java`.
 */
export function javaBuildpackBeside(buildpackDir: string): JavaBuildpack | undefined {
  const [first, ...others] = new Set(
    laidOutBeside(buildpackDir).flatMap((folder) => [folder, ...folders(folder)].flatMap(javaGeneration)),
  )
  return others.length > 0 ? undefined : first
}

/** The languages of the unpacked buildpacks, as far as known: `java`, `ruby`, …; `sidecar` is this one. */
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

/** The platform's directories, including ours; none if the platform did not unpack ours. */
function laidOutBeside(buildpackDir: string): readonly string[] {
  // A zip with a single top directory keeps it: <hash>/<directory>/bin.
  const own = [buildpackDir, dirname(buildpackDir)].find((folder) => HASH.test(basename(folder)))
  return own === undefined ? [] : folders(dirname(own)).filter((folder) => HASH.test(basename(folder)))
}

function isBuildpack(folder: string): boolean {
  if (existsSync(join(folder, 'bin'))) return true
  const [only, ...others] = folders(folder)
  return only !== undefined && others.length === 0 && existsSync(join(only, 'bin'))
}

function folders(parent: string): readonly string[] {
  return (attempt(() => readdirSync(parent)) ?? [])
    .map((name) => join(parent, name))
    .filter((path) => attempt(() => statSync(path).isDirectory()))
}
