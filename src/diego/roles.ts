/** The processes of an instance, from its spec. */
import type { MemorySize } from '../platform/memory-size.ts'
import { reservedBytes } from '../platform/process-memory.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { processSource, sidecarSource, taskSource } from './messages.ts'

export interface Role {
  /** The process type, the sidecar's or the task's name. */
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  readonly command: string
  /** Of its lines in the log. */
  readonly source: string
  /** Its `MEMORY_LIMIT`: of the app's process, what its sidecars leave; of a sidecar without `memory`, the container's. */
  readonly memory: MemorySize
}

/** The app's process or the task first. */
export function rolesOf(spec: InstanceSpec): readonly [Role, ...Role[]] {
  const { processType, command, task, memory } = spec
  const sidecars = task === undefined ? spec.sidecars : []
  const name = task ?? processType
  const source = task === undefined ? processSource(processType) : taskSource(task)
  const left = { bytes: memory.bytes - reservedBytes(sidecars) }
  return [
    { name, kind: 'app', command, source, memory: left },
    ...sidecars.map((sidecar): Role => {
      return { memory, ...sidecar, kind: 'sidecar', source: sidecarSource(processType, sidecar.name) }
    }),
  ]
}
