/**
 * `launch.yml` in a buildpack's deps directory: the processes and sidecars that it declares.
 * Read by the platform's builder (gopkg.in/yaml.v2): https://github.com/cloudfoundry/buildpackapplifecycle
 */

import { type Decoded, decodeGoYaml } from './go/yaml/decode.ts'
import { goInt, goSlice, goString, goStruct } from './go/yaml/shapes.ts'
import { yamlText } from './yaml-text.ts'

export const LAUNCH_YML = 'launch.yml'

/** One entry: a sidecar if `sidecarFor` lists a process type, else a process type of the app. */
export interface LaunchProcess {
  /** The process type, or the sidecar's name. */
  readonly type: string
  /** A shell command. */
  readonly command: string
  /** Process types of a sidecar. */
  readonly sidecarFor: readonly string[]
  /** Whole MiB; 0: not set. Only used for sidecars. */
  readonly memory: number
}

/** The platform's messages contain an unnamed type with all fields and tags. */
const unnamed = (field: string, type: string, key: string) =>
  `struct { ${field} ${type} "yaml:\\"${key}\\" json:\\"${key}\\"" }`
const cloudFoundry = unnamed('SidecarFor', '[]string', 'sidecar_for')

const launchYml = goStruct('resources.LaunchData', {
  processes: goSlice(
    goStruct('resources.Process', {
      type: goString,
      command: goString,
      platforms: goStruct(unnamed('Cloudfoundry', cloudFoundry, 'cloudfoundry'), {
        cloudfoundry: goStruct(cloudFoundry, { sidecar_for: goSlice(goString) }),
      }),
      limits: goStruct(unnamed('Memory', 'int', 'memory'), { memory: goInt }),
    }),
  ),
})

/** Parses it like the platform: with an `error`, staging fails. */
export function readLaunchYml(input: string | Uint8Array): Decoded<readonly LaunchProcess[]> {
  const { value, ...rest } = decodeGoYaml(input, launchYml)
  return {
    ...rest,
    value: value.processes.map(({ type, command, platforms, limits }) => ({
      type,
      command,
      sidecarFor: platforms.cloudfoundry.sidecar_for,
      memory: limits.memory,
    })),
  }
}

/**
 * The text of the file; deterministic. Every string is quoted (yaml-text.ts); the memory is a plain integer, which the
 * platform requires.
 */
export function renderLaunchYml(processes: readonly LaunchProcess[]): string {
  if (processes.length === 0) return 'processes: []\n'
  return `processes:\n${processes.map(renderProcess).join('')}`
}

function renderProcess({ type, command, sidecarFor, memory }: LaunchProcess): string {
  const lines = [`- type: ${yamlText(type)}`, `  command: ${yamlText(command)}`]
  if (memory > 0) lines.push(`  limits: { memory: ${memory} }`)
  if (sidecarFor.length > 0) {
    lines.push(`  platforms: { cloudfoundry: { sidecar_for: [${sidecarFor.map(yamlText).join(', ')}] } }`)
  }
  return `${lines.join('\n')}\n`
}
