/** A buildpack's own `sidecars.yml`, read as staging will read it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mergeLayers } from '../../config/merge.ts'
import type { Problems } from '../../config/problems.ts'
import { readSidecarsYml } from '../../config/read.ts'
import { checkNames } from '../../config/rules/names.ts'
import { checkPorts } from '../../config/rules/ports.ts'
import type { Configuration, Origin } from '../../config/sidecar.ts'
import { decodeText } from '../../config/yaml/text.ts'

export interface CarriedConfiguration {
  readonly text: string
  readonly configuration: Configuration
}

/** In the maker's folder; in the package it is `config/sidecars.yml`. */
export const CARRIED_CONFIGURATION = 'sidecars.yml'

/** Undefined when there is none; everything wrong is reported. */
export function carriedConfiguration(
  directory: string,
  name: string,
  problems: Problems,
): CarriedConfiguration | undefined {
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
  const file =
    text === undefined ? undefined : readSidecarsYml({ file: CARRIED_CONFIGURATION, text }, problems)
  if (text === undefined || !file) return undefined
  const origin: Origin = { kind: 'buildpack', name, directory }
  const { configuration } = mergeLayers({ carried: { file, origin }, appEntriesTaken: false }, problems)
  checkNames(configuration, problems)
  checkPorts(configuration, problems)
  return { text, configuration }
}
