/** What holds the memory limit of a whole instance, whichever way it is held. */
import type { MemorySize } from '../../config/memory-size.ts'
import type { Command } from '../processes/supervised-process.ts'

export interface MemoryLimit {
  /** `cgroup`: the kernel holds the limit. `watched`: the sum is looked at from time to time. */
  readonly kind: 'cgroup' | 'watched'
  /** The cgroup's folder. */
  readonly folder?: string
  /** What is to be started instead, so that it counts from its first instruction on. */
  wrap(command: Command): Command
  /** Whether a process was killed because of the limit. */
  outOfMemory(): boolean
  /** Kills every process of the instance, those too that left its process groups. */
  killAll(): Promise<void>
  /** Gives everything back; the processes must have ended. */
  remove(): Promise<void>
}

export interface LimitedInstance {
  readonly instanceGuid: string
  readonly limit: MemorySize
  /** The pids of its processes, each the leader of a session. */
  readonly sessions: ReadonlySet<number>
}
