/** The `sidecars.yml` that a buildpack includes, read as staging reads it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../../buildpack/manifest.ts'
import { mergeLayers } from '../../config/merge.ts'
import { readSidecarsYml } from '../../config/read.ts'
import type { Origin } from '../../config/sidecar.ts'
import type { SidecarsYml } from '../../config/sidecars-yml.ts'
import { decodeText } from '../../config/yaml/text.ts'
import { checkCarried } from '../../inspect/carried-rules.ts'
import { Problems } from '../../problems/problems.ts'
import { type DependencyRequest, resolveDependency } from '../../sources/dependency.ts'
import { checkSource, type SourceContext } from '../../sources/index.ts'
import { readForeignFile } from '../../system/foreign-file.ts'
import { wantedSources } from '../vendor/wanted-sources.ts'

/** The context of sources while packaging. */
export type PackagingSources = Omit<SourceContext, 'appDir' | 'buildpackDir'>

export interface CarriedConfiguration {
  readonly file: string
  readonly text: string
  readonly config: SidecarsYml
  readonly origin: Origin
}

/** In the maker's directory; in the package it is `config/sidecars.yml`. */
export const CARRIED_CONFIGURATION = 'sidecars.yml'

interface CarriedRequest {
  readonly directory: string
  /** Of the buildpack. */
  readonly name: string
  readonly sources: PackagingSources
  /** Of the package; undefined if it has errors, which are reported already. */
  readonly manifest: Manifest | undefined
  /** The only stack of the package; absent: any. */
  readonly stack?: string
}

/**
 * Reports every problem, including missing paths and dependencies. @returns undefined when the directory has none
 */
export async function carriedConfiguration(
  { directory, name, sources, manifest, stack }: CarriedRequest,
  problems: Problems,
): Promise<CarriedConfiguration | undefined> {
  const path = join(directory, CARRIED_CONFIGURATION)
  if (!existsSync(path)) {
    problems.error(
      undefined,
      `${directory} has no sidecars.yml`,
      'write one with the sidecars of the buildpack',
    )
    return undefined
  }
  const text = decodeText(readForeignFile(path), CARRIED_CONFIGURATION, problems)
  const config =
    text === undefined ? undefined : readSidecarsYml({ file: CARRIED_CONFIGURATION, text }, problems)
  if (text === undefined || !config) return undefined
  const origin: Origin = { kind: 'buildpack', name, directory }
  const merged = mergeLayers({ carried: { file: config, origin }, appEntriesTaken: false }, problems)
  checkCarried(merged, directory, problems)
  const context = { ...sources, appDir: directory, buildpackDir: directory }
  for (const wanted of wantedSources(config)) {
    const { source } = wanted
    if (source.kind === 'path') await checkSource({ ...wanted, origin }, context, problems)
    else if (source.kind === 'dependency' && manifest) {
      checkDependency(manifest, { ...wanted, source, origin }, stack, problems)
    }
  }
  return { file: CARRIED_CONFIGURATION, text, config, origin }
}

/** An error when the dependency resolves on none of the stacks that it is for. */
function checkDependency(
  manifest: Manifest,
  request: DependencyRequest,
  stack: string | undefined,
  problems: Problems,
): void {
  const named = manifest.dependencies.filter(({ name }) => name === request.source.dependency)
  const stacks = stack === undefined ? [...new Set(named.flatMap((each) => each.stacks))] : [stack]
  const outcomes = (stacks.length > 0 ? stacks : [undefined]).map((each) => {
    const own = new Problems()
    resolveDependency(manifest, request, each, own)
    return own
  })
  if (outcomes.every((each) => each.hasErrors)) problems.add(outcomes[0]?.sorted() ?? [])
}
