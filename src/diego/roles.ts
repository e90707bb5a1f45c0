/** The processes of an instance: command, environment and log source of each. */
import type { InstanceSpec } from './instance-spec.ts'
import { processSource, sidecarSource, taskSource } from './messages.ts'
import { type InstanceAddress, processEnvironment, taskEnvironment } from './process-environment.ts'

export interface Role {
  /** The process type, the sidecar's or the task's name. */
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  readonly command: string
  readonly source: string
  readonly env: Record<string, string>
}

export function rolesOf(spec: InstanceSpec, address: InstanceAddress): readonly [Role, ...Role[]] {
  const { processType, command, task } = spec
  if (task !== undefined)
    return [
      { name: task, kind: 'app', command, source: taskSource(task), env: taskEnvironment(spec, address) },
    ]
  const app: Role = {
    name: processType,
    kind: 'app',
    command,
    source: processSource(processType),
    env: processEnvironment(spec, address),
  }
  const sidecars = spec.sidecars.map((sidecar): Role => {
    const source = sidecarSource(processType, sidecar.name)
    const env = processEnvironment(spec, address, sidecar)
    return { name: sidecar.name, kind: 'sidecar', command: sidecar.command, source, env }
  })
  return [app, ...sidecars]
}
