import {
  type AppManifest,
  type ManifestChoice,
  parseAppManifest,
  selectApplication,
} from '../../src/manifest/app-manifest.ts'
import type { Variables } from '../../src/manifest/variables.ts'
import type { Problems } from '../../src/problems/problems.ts'

export interface Choice extends ManifestChoice {
  readonly variables?: Variables
}

/** The application of a manifest, or the chosen one of several. */
export function readAppManifest(
  input: string | Uint8Array,
  file: string,
  problems: Problems,
  { variables, ...choice }: Choice = {},
): AppManifest | undefined {
  return selectApplication(parseAppManifest(input, file, variables), problems, choice)
}
