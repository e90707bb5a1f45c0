/**
 * `staging_info.yml` at the droplet's root: data of the platform's builder for its launcher. JSON, parsed as YAML.
 * https://github.com/cloudfoundry/buildpackapplifecycle
 */
import { type Decoded, decodeGoYaml } from './go/yaml/decode.ts'
import { goPointer, goString, goStruct } from './go/yaml/shapes.ts'

export const STAGING_INFO_FILE = 'staging_info.yml'

export interface StagingInfo {
  readonly detected_buildpack: string
  /** The start command of `web`, used if the launcher gets none. */
  readonly start_command: string
  readonly config: { readonly entrypoint_prefix: string } | undefined
}

/** The final buildpack's `config` in its `config.yml`, the part that the platform uses. */
export const buildpackConfig = goStruct('buildpackapplifecycle.BuildpackConfig', {
  entrypoint_prefix: goString,
})

const stagingInfo = goStruct('buildpackrunner.DeaStagingInfo', {
  detected_buildpack: goString,
  start_command: goString,
  config: goPointer(buildpackConfig),
})

export function readStagingInfo(input: string | Uint8Array): Decoded<StagingInfo> {
  return decodeGoYaml(input, stagingInfo)
}
