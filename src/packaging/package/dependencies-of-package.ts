/** The dependencies in the manifest of a package, and the files of a cached one. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, type ManifestDependency, parseManifest } from '../../buildpack/manifest.ts'
import { STACK_NAMES } from '../../platform/stacks.ts'
import { InputError, type Place, Problems } from '../../problems/problems.ts'
import { obtain } from '../../sources/download.ts'
import { readForeignFileIfThere } from '../../system/foreign-file.ts'
import type { PackagingSources } from './carried-configuration.ts'
import { cachedPlace, type ManifestTree, readManifestTree } from './manifest.ts'

export interface ManifestOfPackage {
  /** As written. */
  readonly manifest: ManifestTree
  /** Undefined if it has errors. */
  readonly meaning?: Manifest
  /** Those of the stack. */
  readonly dependencies: readonly ManifestDependency[]
}

/** Reads and checks the manifest of a directory, if there is one. */
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
      problems.error(place, `file ${file} not found`, 'remove the key file: package --cached sets it')
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

/** Only a warning: a platform may have other stacks. */
function checkStack(stack: string, place: Place | undefined, problems: Problems): void {
  if (STACK_NAMES.includes(stack)) return
  problems.warning(place, `unknown stack ${stack}`, `known stacks: ${STACK_NAMES.join(', ')}`)
}

/** Open files with a verified checksum, by their path in the package. */
export type Cached = Map<string, { readonly uri: string; readonly descriptor: number }>

interface CarryOptions {
  readonly sources: PackagingSources
  readonly say: (line: string) => void
  readonly folder: string
}

/** Fills `cached`; the caller closes its files. @throws InputError that names the dependency */
export async function carry(
  dependencies: readonly ManifestDependency[],
  { sources, say, folder }: CarryOptions,
  cached: Cached,
): Promise<void> {
  for (const { name, version, uri, sha256, file } of dependencies) {
    const place = cachedPlace(uri)
    if (file !== undefined || cached.has(place)) continue
    say(`Adding ${name} ${version}`)
    try {
      const descriptor = await obtain({ uri, sha256 }, { ...sources, appDir: folder, buildpackDir: folder })
      cached.set(place, { uri, descriptor })
    } catch (thrown) {
      throw new InputError(`${name} ${version}: ${thrown instanceof Error ? thrown.message : thrown}`)
    }
  }
}
