/** Processes of this machine, read from /proc. */
import { readFileSync } from 'node:fs'
import { allProcesses } from '../../src/system/proc.ts'

/** All descendants of a process. */
export function descendants(root: number) {
  const all = allProcesses()
  const found = new Set([root])
  for (let size = 0; size < found.size; ) {
    size = found.size
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid)
  }
  return all.filter(({ pid }) => pid !== root && found.has(pid))
}

/** Resident memory in MiB; 0 when the process has ended. */
export function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(statusOf(pid))?.[1] ?? 0) / 1024
}

/** /proc/PID/status; empty when the process has ended. */
export function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
