/** Notes why a process has ended, where its exit status alone misleads. */
import type { Instance } from './instance.ts'
import type { InstanceSpec } from './instance-spec.ts'

const COMMAND_MISSING =
  "status 127 means that a command was not found; the app's PATH is the platform's, extended by its buildpacks; " +
  "to use your shell's PATH: --env-from-shell PATH"

/** @returns to be called at each change of an instance; notes each problem once */
export function exitNotes(spec: InstanceSpec, note: (text: string) => void): (instance: Instance) => void {
  const noted = new Set<string>()
  const isNew = (problem: string) => !noted.has(problem) && noted.add(problem)
  return ({ processes }) => {
    for (const { kind, name, exitStatus, unrunnable, isDone } of processes) {
      const cause = exitStatus === 126 || exitStatus === 127 ? unrunnable : undefined
      if (cause !== undefined) {
        if (isNew(cause))
          note(
            `status ${exitStatus}: ${cause}; a script needs an existing interpreter in its first line (#!), and lines that end in LF, not in CR LF; to convert it: sed -i 's/\\r$//' FILE`,
          )
      } else if (exitStatus === 127) {
        if (!spec.env.has('PATH') && isNew('127')) note(COMMAND_MISSING)
      } else if (kind === 'sidecar' && isDone && isNew(`done ${name}`)) {
        note(
          `the sidecar ${JSON.stringify(name)} ended with status 0, which ends the app too; a sidecar has to keep running: start it in the foreground, or set restart: always`,
        )
      }
    }
  }
}
