/** The state of an instance, process by process. */
import type { InstanceSpec } from './instance-spec.ts'
import type { InstanceProcess } from './member.ts'
import { memoryOfProcess } from './process-environment.ts'
import { allProcesses, programOf, proportionalSize, sessionOf } from './processes/proc.ts'
import type { SupervisorState } from './supervisor.ts'

export interface ProcessStatus {
  /** The process type, or the sidecar's name. */
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  /** Pid of its program, which changes with each restart of a sidecar with `restart`. */
  readonly pid?: number
  /** Number of restarts by the sidecar's own `restart`, which are not crashes of the instance. */
  readonly restarts: number
  /**
   * `waiting`: for its restart or the health check; for a sidecar, while the app's start waits for it. A sidecar without
   * `wait_for` is ready when it runs.
   */
  readonly state: 'waiting' | 'ready' | 'stopping' | 'ended'
  /** The condition that the app's start waits for: `auth (port 8082)`. */
  readonly waitsFor?: string
  /** Bytes, including its children. */
  readonly memory: number
  /** Its `MEMORY_LIMIT`, bytes. */
  readonly share: number
}

export function instanceStatus(spec: InstanceSpec, state: SupervisorState): readonly ProcessStatus[] {
  const roles = [
    { name: spec.task ?? spec.processType, kind: 'app' as const, share: memoryOfProcess(spec).bytes },
    ...spec.sidecars.map(({ name, memory }) => ({
      name,
      kind: 'sidecar' as const,
      share: (memory ?? spec.memory).bytes,
    })),
  ]
  if (state.kind === 'crashed')
    return roles.map((role) => ({ ...role, state: 'waiting', memory: 0, restarts: 0 }))
  const sizeOf = sizes()
  return state.instance.processes.map(({ name, kind, pid, restarts, isAwaited, exitStatus }, index) => {
    const waitsFor = kind === 'app' ? awaitedOf(state.instance.processes) : ''
    const waiting = kind === 'app' ? state.instance.healthySince === undefined : isAwaited
    const alive = state.kind === 'stopping' ? 'stopping' : waiting ? 'waiting' : 'ready'
    return {
      name,
      kind,
      ...(pid !== undefined && { pid: programOf(pid) }),
      restarts,
      ...(waitsFor && { waitsFor }),
      state: exitStatus === undefined ? alive : 'ended',
      memory: (pid !== undefined && sizeOf(pid)) || 0,
      share: roles[index]?.share ?? 0,
    }
  })
}

function awaitedOf(processes: readonly InstanceProcess[]): string {
  return processes
    .filter(({ isAwaited }) => isAwaited)
    .map(({ name, awaited }) => `${name} (${awaited})`)
    .join(', ')
}

/** Bytes of a process and its children. */
function sizes(): (pid: number) => number {
  const processes = allProcesses()
  return (pid) => sessionOf(pid, processes).reduce((sum, each) => sum + proportionalSize(each), 0)
}
