/**
 * `staging_info.yml` at the droplet's root: data of the platform's builder for its launcher. JSON, parsed as YAML.
 * https://github.com/cloudfoundry/buildpackapplifecycle
 */
import { type Decoded, decodeGoYaml } from './go/yaml/decode.ts'
import { optional, record, text } from './go/yaml/shapes.ts'

export const STAGING_INFO_FILE = 'staging_info.yml'

export interface StagingInfo {
  readonly detected_buildpack: string
  /** The start command of `web`, used if the launcher gets none. */
  readonly start_command: string
  readonly config: { readonly entrypoint_prefix: string } | undefined
}

/** The final buildpack's `config` in its `config.yml`, the part that the platform uses. */
export const buildpackConfig = record('buildpackapplifecycle.BuildpackConfig', { entrypoint_prefix: text })

const stagingInfo = record('buildpackrunner.DeaStagingInfo', {
  detected_buildpack: text,
  start_command: text,
  config: optional(buildpackConfig),
})

export function readStagingInfo(input: string | Uint8Array): Decoded<StagingInfo> {
  return decodeGoYaml(input, stagingInfo)
}
