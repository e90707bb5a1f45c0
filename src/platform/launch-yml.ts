/**
 * `launch.yml` in a buildpack's deps folder: the processes and sidecars that it declares.
 * Read by the platform's builder (gopkg.in/yaml.v2): https://github.com/cloudfoundry/buildpackapplifecycle
 */

import { yamlText } from '../droplet/yaml-text.ts'
import { type Decoded, decodeGoYaml } from './go/yaml/decode.ts'
import { integer, list, record, text } from './go/yaml/shapes.ts'

export const LAUNCH_YML = 'launch.yml'

/** One entry: a sidecar when `sidecarFor` names a process type, else a process type of the app. */
export interface LaunchProcess {
  /** The process type, or the sidecar's name. */
  readonly type: string
  /** A shell command. */
  readonly command: string
  /** Process types that it runs beside. */
  readonly sidecarFor: readonly string[]
  /** Whole MB; 0: none said. Read for sidecars only. */
  readonly memory: number
}

/** A type without a name is spelt out in the platform's messages, each field with its tag. */
const unnamed = (field: string, type: string, key: string) =>
  `struct { ${field} ${type} "yaml:\\"${key}\\" json:\\"${key}\\"" }`
const cloudFoundry = unnamed('SidecarFor', '[]string', 'sidecar_for')

const launchYml = record('resources.LaunchData', {
  processes: list(
    record('resources.Process', {
      type: text,
      command: text,
      platforms: record(unnamed('Cloudfoundry', cloudFoundry, 'cloudfoundry'), {
        cloudfoundry: record(cloudFoundry, { sidecar_for: list(text) }),
      }),
      limits: record(unnamed('Memory', 'int', 'memory'), { memory: integer }),
    }),
  ),
})

/** As the platform reads it: with an `error`, the staging fails. */
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
 * The file's text: the same for the same entries. Every text is quoted (yaml-text.ts), the memory is the bare integer
 * that the platform insists on.
 */
export function renderLaunchYml(
  processes: readonly (Pick<LaunchProcess, 'type' | 'command'> & Partial<LaunchProcess>)[],
): string {
  if (processes.length === 0) return 'processes: []\n'
  return `processes:\n${processes.map(renderProcess).join('')}`
}

function renderProcess({
  type,
  command,
  sidecarFor = [],
  memory = 0,
}: Parameters<typeof renderLaunchYml>[0][0]): string {
  const lines = [`- type: ${yamlText(type)}`, `  command: ${yamlText(command)}`]
  if (memory > 0) lines.push(`  limits: { memory: ${Math.floor(memory)} }`)
  if (sidecarFor.length > 0) {
    lines.push(`  platforms: { cloudfoundry: { sidecar_for: [${sidecarFor.map(yamlText).join(', ')}] } }`)
  }
  return `${lines.join('\n')}\n`
}
