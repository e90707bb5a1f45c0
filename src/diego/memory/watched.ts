/**
 * Without a cgroup: the sum of the proportional sizes of the instance's processes (resident sizes would count
 * the pages that forked workers share once for each). Over the limit, the largest process is killed, as
 * the kernel does.
 */
import type { MemorySize } from '../../platform/memory-size.ts'
import { proportionalSize, signal } from '../../system/proc.ts'
import { monotonicTime } from '../monotonic.ts'
import type { MemoryLimit } from './memory-limit.ts'

/** Interval of polling, milliseconds; at least ten times the cost of one poll. */
const INTERVAL = 200

export function watchMemory(limit: MemorySize): MemoryLimit {
  let outOfMemory = false
  let timer: NodeJS.Timeout | undefined
  const look = (pids: () => readonly number[]) => {
    const started = monotonicTime()
    const sizes = pids().map((pid) => ({ pid, size: proportionalSize(pid) }))
    const sum = sizes.reduce((total, { size }) => total + size, 0)
    if (sum > limit.bytes) {
      const largest = sizes.reduce((most, each) => (each.size > most.size ? each : most))
      outOfMemory = true
      signal(largest.pid, 'SIGKILL')
    }
    timer = setTimeout(look, Math.max(INTERVAL, 10 * (monotonicTime() - started)), pids)
  }
  return {
    kind: 'watched',
    watch: (pids) => {
      timer = setTimeout(look, INTERVAL, pids)
    },
    outOfMemory: () => outOfMemory,
    remove: async () => clearTimeout(timer),
  }
}
