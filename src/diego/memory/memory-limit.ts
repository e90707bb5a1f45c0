/** Enforces the memory limit of a whole instance. */

export interface MemoryLimit {
  /** `cgroup`: the kernel enforces the limit. `watched`: the sum is polled. */
  readonly kind: 'cgroup' | 'watched'
  /** The cgroup's directory. */
  readonly folder?: string
  /** Starts polling if necessary. @param pids of the living processes of the instance */
  watch(pids: () => readonly number[]): void
  /** Whether a process was killed because of the limit. */
  outOfMemory(): boolean
  /** Releases all resources; the processes must have ended. */
  remove(): Promise<void>
}
