/** The state of an instance, process by process. */
import { allProcesses, proportionalSize, sessionOf } from '../system/proc.ts'
import type { InstanceSpec } from './instance-spec.ts'
import type { Member } from './member.ts'
import { areListenedOn } from './processes/listening.ts'
import { programOf } from './processes/program.ts'
import { rolesOf } from './roles.ts'
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
   * `waiting`: for its restart or the health check; for a sidecar, while the app's start waits for it, or until it listens.
   * A sidecar without `wait_for`, `health` and `proxy` is ready when it runs.
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
  const roles = rolesOf(spec).map(({ name, kind, memory }) => ({ name, kind, share: memory.bytes }))
  if (state.kind === 'crashed')
    return roles.map((role) => ({ ...role, state: 'waiting', memory: 0, restarts: 0 }))
  const { processes, healthySince } = state.instance
  const all = allProcesses()
  return processes.map(({ name, kind, pid, restarts, awaited, exitStatus, ports }, index) => {
    const waitsFor = kind === 'app' ? awaitedOf(processes) : ''
    const waiting =
      kind === 'app' ? healthySince === undefined : awaited !== undefined || !areListenedOn(ports)
    const alive = state.kind === 'stopping' ? 'stopping' : waiting ? 'waiting' : 'ready'
    const pids = pid === undefined ? [] : sessionOf(pid, all)
    return {
      name,
      kind,
      ...(pid !== undefined && { pid: programOf(pid) }),
      restarts,
      ...(waitsFor && { waitsFor }),
      state: exitStatus === undefined ? alive : 'ended',
      memory: pids.reduce((sum, each) => sum + proportionalSize(each), 0),
      share: roles[index]?.share ?? 0,
    }
  })
}

function awaitedOf(processes: readonly Member[]): string {
  return processes
    .flatMap(({ name, awaited }) => (awaited === undefined ? [] : [`${name} (${awaited})`]))
    .join(', ')
}
