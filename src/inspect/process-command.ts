import type { Configuration } from '../config/sidecar.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'

interface CommandSources {
  /** Absent: it is unknown, as at staging. */
  readonly manifest?: AppManifest | undefined
  /** Process types of the Procfile with their commands. */
  readonly procfile: ReadonlyMap<string, string>
  readonly configuration: Pick<Configuration, 'processes'>
}

/** The start command of a process; undefined: the one that the last buildpack releases, if any. */
export function processCommand(
  type: string,
  { manifest, procfile, configuration }: CommandSources,
): string | undefined {
  return (
    manifest?.processes.get(type)?.command ??
    procfile.get(type) ??
    configuration.processes.find((each) => each.type === type)?.command
  )
}
