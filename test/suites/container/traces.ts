/** What instances may leave behind on this machine. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { allProcesses, commandLine, hasVariable } from '../../../src/system/proc.ts'

/** Processes that run below a folder, enter containers, or carry a variable of ours. */
export function processesOf(mark: string): readonly string[] {
  return allProcesses()
    .filter(({ pid, state }) => state !== 'Z' && state !== 'X' && pid !== process.pid)
    .filter(({ pid }) => hasVariable(pid, 'MARK', mark) || commandLine(pid).includes(mark))
    .map(({ pid }) => `${pid} ${commandLine(pid)}`)
}

export function mounts(): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(Boolean)
}

/** Cgroups that `run` has made, wherever it may make them. */
export function cgroups(folder = '/sys/fs/cgroup', depth = 6): readonly string[] {
  if (depth === 0) return []
  return entries(folder).flatMap((name) => {
    const path = join(folder, name)
    const own = name.startsWith('sidecar-buildpack-') ? [path] : []
    return [...own, ...cgroups(path, depth - 1)]
  })
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((each) => each.isDirectory())
      .map(({ name }) => name)
  } catch {
    return []
  }
}

/** Kilobytes of memory of its own, wherever the kernel keeps it, and open descriptors of a process. */
export function costOf(pid: number): { readonly memory: number; readonly descriptors: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    memory: ['RssAnon', 'VmSwap'].reduce(
      (sum, name) => sum + Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0),
      0,
    ),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  }
}

export function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
