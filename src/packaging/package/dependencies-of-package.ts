/** The dependencies of a package: what its manifest names, and for a cached one the files themselves. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, type ManifestDependency, parseManifest } from '../../buildpack/manifest.ts'
import { InputError, type Place, Problems } from '../../config/problems.ts'
import { STACK_NAMES } from '../../platform/stacks.ts'
import { obtain } from '../../sources/download.ts'
import { readForeignFileIfThere } from '../../system/foreign-file.ts'
import type { PackagingSources } from './carried-configuration.ts'
import { cachedPlace, type ManifestTree, readManifestTree } from './manifest.ts'

export interface ManifestOfPackage {
  /** As it was written. */
  readonly manifest: ManifestTree
  /** What it says; undefined when it is wrong. */
  readonly meaning?: Manifest
  /** Those of the stack. */
  readonly dependencies: readonly ManifestDependency[]
}

/** Of a folder that may have none; what is wrong with it is reported. */
export function manifestOfPackage(
  folder: string,
  stack: string | undefined,
  problems: Problems,
): ManifestOfPackage {
  const path = join(folder, 'manifest.yml')
  const text = readForeignFileIfThere(path)?.toString() ?? ''
  const own = new Problems()
  const meaning = parseManifest(text, 'manifest.yml', own)
  problems.add(own.sorted())
  if (text === '') return { manifest: {}, meaning, dependencies: [] }
  const { dependencies } = meaning
  for (const { place, file, stacks } of dependencies) {
    if (file !== undefined && !existsSync(join(folder, file))) {
      problems.error(place, `its file ${file} is missing`, 'leave file out: package --cached writes it')
    }
    for (const each of stacks) checkStack(each, place, problems)
  }
  if (stack !== undefined) checkStack(stack, undefined, problems)
  const ofStack = dependencies.filter(({ stacks }) => !stack || stacks.length === 0 || stacks.includes(stack))
  return {
    manifest: problems.hasErrors ? {} : readManifestTree(text, 'manifest.yml'),
    ...(!own.hasErrors && { meaning }),
    dependencies: ofStack,
  }
}

/** A platform may have stacks of its own: a slip of the pen is more likely. */
function checkStack(stack: string, place: Place | undefined, problems: Problems): void {
  if (STACK_NAMES.includes(stack)) return
  problems.warning(place, `the stack ${stack} is not known here`, `known are ${STACK_NAMES.join(', ')}`)
}

/** Open files, each with its sum checked, by their place in the package. */
export type Cached = Map<string, { readonly uri: string; readonly descriptor: number }>

export interface CarryOptions {
  readonly sources: PackagingSources
  readonly say: (line: string) => void
  readonly folder: string
}

/** Fills `cached`; whoever called closes what is open there. @throws InputError that names the dependency */
export async function carry(
  dependencies: readonly ManifestDependency[],
  { sources, say, folder }: CarryOptions,
  cached: Cached,
): Promise<void> {
  for (const { name, version, uri, sha256, file } of dependencies) {
    const place = cachedPlace(uri)
    if (file !== undefined || cached.has(place)) continue
    say(`Carrying ${name} ${version}`)
    try {
      const { fd } = await obtain({ uri, sha256 }, { ...sources, appDir: folder, buildpackDir: folder })
      cached.set(place, { uri, descriptor: fd })
    } catch (thrown) {
      throw new InputError(`${name} ${version}: ${thrown instanceof Error ? thrown.message : thrown}`)
    }
  }
}
