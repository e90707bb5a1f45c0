/**
 * `config.yml` in a buildpack's deps directory: its name and version for the staging result, and `config` for the final
 * buildpack (libbuildpack) and the launcher. https://github.com/cloudfoundry/buildpackapplifecycle
 */

import { decodeGoYaml } from './go/yaml/decode.ts'
import { untyped } from './go/yaml/located.ts'
import { goMap, goPointer, goString, goStruct } from './go/yaml/shapes.ts'
import { buildpackConfig } from './staging-info.ts'
import { yamlText } from './yaml-text.ts'

export const CONFIG_YML = 'config.yml'
/**
 * Entries in the `config` of our buildpack: an identification, the process types with a proxy, its sidecars (launch.yml does
 * not contain disabled ones), the ports of its sidecars (port-uses.ts), and the number of classes that it adds to the app's
 * JVM.
 */
export const OUR_MARK = 'sidecar_buildpack'
export const OUR_PROXIES = 'sidecar_buildpack_proxies'
export const OUR_CARRIED = 'sidecar_buildpack_carried'
export const OUR_PORTS = 'sidecar_buildpack_ports'
export const OUR_CLASSES = 'sidecar_buildpack_classes'

export interface BuildpackMetadata {
  /** The buildpack's name in the manifest, unless the file has another one. */
  readonly key: string
  readonly name: string
  readonly version: string
  readonly config: { readonly entrypoint_prefix: string } | undefined
  readonly output_metadata: ReadonlyMap<string, unknown>
}

const metadata = goStruct('buildpackapplifecycle.BuildpackMetadata', {
  key: goString,
  name: goString,
  version: goString,
  config: goPointer(buildpackConfig),
  output_metadata: goMap(untyped),
})

/**
 * Parses it like the platform, which silently ignores unreadable parts.
 * @param key the buildpack's name in the manifest
 */
export function readConfigYml(input: string | Uint8Array, key: string): BuildpackMetadata {
  return decodeGoYaml(input, { ...metadata, zero: () => ({ ...metadata.zero(), key }) }).value
}

interface ConfigYml {
  readonly name: string
  readonly version: string
  /** For the final buildpack: strings, or lists of strings. */
  readonly config: Readonly<Record<string, string | readonly string[]>>
}

/** Always with `config`, and an entry there: Java buildpack 4.x crashes if an earlier config.yml has no mapping. */
export function renderConfigYml({ name, version, config }: ConfigYml): string {
  const entries = Object.entries(config).map(([key, value]) => `  ${yamlText(key)}: ${renderValue(value)}\n`)
  return `name: ${yamlText(name)}\nversion: ${yamlText(version)}\nconfig:\n${entries.join('')}`
}

/** A list in `config` from `renderConfigYml`; empty in the config.yml of another buildpack. */
export function readOwnList(config: string, key: string): readonly string[] {
  const lines = new RegExp(`^ {2}"${key}":(.*(?:\\n {2,}- .*)*)`, 'm').exec(config)?.[1] ?? ''
  return [...lines.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([text]) => String(JSON.parse(text)))
}

function renderValue(value: string | readonly string[]): string {
  return typeof value === 'string' ? yamlText(value) : `[${value.map(yamlText).join(', ')}]`
}
