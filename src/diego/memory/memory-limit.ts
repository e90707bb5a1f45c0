/** What holds the memory limit of a whole instance, whichever way it is held. */
import type { MemorySize } from '../../config/memory-size.ts'

export interface MemoryLimit {
  /** `cgroup`: the kernel holds the limit. `watched`: the sum is looked at from time to time. */
  readonly kind: 'cgroup' | 'watched'
  /** The cgroup's folder. */
  readonly folder?: string
  /** Begins to look where it has to. @param pids of what is alive of the instance */
  watch(pids: () => readonly number[]): void
  /** Whether a process was killed because of the limit. */
  outOfMemory(): boolean
  /** Gives everything back; the processes must have ended. */
  remove(): Promise<void>
}

export interface LimitedInstance {
  readonly instanceGuid: string
  readonly limit: MemorySize
}
