/** The processes and sidecars of a droplet, merged from every `launch.yml`, `bin/release` and the Procfile. */
import type { LaunchProcess } from '../../platform/launch-yml.ts'

/** An entry replaces earlier ones with the same type, of any kind; duplicates within `later` are kept. */
export function mergeProcesses(
  earlier: readonly LaunchProcess[],
  later: readonly LaunchProcess[],
): readonly LaunchProcess[] {
  const lastOf = new Map(later.map((each) => [each.type, each]))
  const earlierTypes = new Set(earlier.map(({ type }) => type))
  return [
    ...earlier.map((each) => lastOf.get(each.type) ?? each),
    ...later.filter(({ type }) => !earlierTypes.has(type)),
  ]
}

/** Start commands by process type, from `bin/release` and the Procfile. */
export function processesOf(commands: ReadonlyMap<string, string>): readonly LaunchProcess[] {
  return [...commands].map(([type, command]) => ({ type, command, sidecarFor: [], memory: 0 }))
}
