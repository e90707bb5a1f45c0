/** A buildpack's own `sidecars.yml`, read as staging will read it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mergeLayers } from '../../config/merge.ts'
import type { Problems } from '../../config/problems.ts'
import { readSidecarsYml } from '../../config/read.ts'
import { checkNames } from '../../config/rules/names.ts'
import { checkPorts } from '../../config/rules/ports.ts'
import type { Origin } from '../../config/sidecar.ts'
import type { SidecarsYml } from '../../config/sidecars-yml.ts'
import { decodeText } from '../../config/yaml/text.ts'
import { checkSource, type SourceContext } from '../../sources/index.ts'
import { wantedSources } from '../vendor/wanted-sources.ts'

/** What packaging has to say to sources. */
export type PackagingSources = Omit<SourceContext, 'appDir' | 'buildpackDir'>

export interface CarriedConfiguration {
  readonly file: string
  readonly text: string
  readonly config: SidecarsYml
  readonly origin: Origin
}

/** In the maker's folder; in the package it is `config/sidecars.yml`. */
export const CARRIED_CONFIGURATION = 'sidecars.yml'

/** Undefined when there is none; everything wrong is reported, paths that the folder lacks too. */
export async function carriedConfiguration(
  directory: string,
  name: string,
  sources: PackagingSources,
  problems: Problems,
): Promise<CarriedConfiguration | undefined> {
  const path = join(directory, CARRIED_CONFIGURATION)
  if (!existsSync(path)) {
    problems.error(
      undefined,
      `${directory} has no sidecars.yml`,
      'write one that declares what the buildpack brings',
    )
    return undefined
  }
  const text = decodeText(readFileSync(path), CARRIED_CONFIGURATION, problems)
  const config =
    text === undefined ? undefined : readSidecarsYml({ file: CARRIED_CONFIGURATION, text }, problems)
  if (text === undefined || !config) return undefined
  const origin: Origin = { kind: 'buildpack', name, directory }
  const { configuration } = mergeLayers(
    { carried: { file: config, origin }, appEntriesTaken: false },
    problems,
  )
  checkNames(configuration, problems)
  checkPorts(configuration, problems)
  const context = { ...sources, appDir: directory, buildpackDir: directory }
  for (const wanted of wantedSources(config)) {
    if (wanted.source.kind === 'path') await checkSource({ ...wanted, origin }, context, problems)
  }
  return { file: CARRIED_CONFIGURATION, text, config, origin }
}
