/** The processes and sidecars of a droplet, merged from every `launch.yml`, `bin/release` and the Procfile. */
import type { LaunchProcess } from '../../platform/launch-yml.ts'

/** One with the same type replaces what was there, whatever it was; the same type twice in `later` stays twice. */
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

/** Start commands by process type, as `bin/release` and the Procfile give them. */
export function processesOf(commands: ReadonlyMap<string, string>): readonly LaunchProcess[] {
  return [...commands].map(([type, command]) => ({ type, command, sidecarFor: [], memory: 0 }))
}
