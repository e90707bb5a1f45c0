/** The kernel's data about processes: https://man7.org/linux/man-pages/man5/proc.5.html */
import { readdirSync, readFileSync } from 'node:fs'
import { attempt } from './attempt.ts'

export interface ProcessStat {
  readonly pid: number
  /** `Z` and `X` mean dead. */
  readonly state: string
  readonly parent: number
  /** Process group. */
  readonly group: number
  readonly session: number
  /** The process group in the foreground of its terminal. */
  readonly foreground: number
  /** Clock ticks since boot: together with the pid it identifies a process, even if the pid is reused. */
  readonly startTime: number
}

export function allProcesses(): ProcessStat[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (processStat(Number(name)) ?? []) : []))
}

/**
 * A process of an instance and its children, of all processes: those of its session. The session's leader is the process
 * itself or, in a container, the shell outside that entered it, which does not belong to the instance.
 */
export function sessionOf(pid: number, processes: readonly ProcessStat[]): readonly number[] {
  const session = processes.find((each) => each.pid === pid)?.session
  return processes.flatMap((each) =>
    each.session === session && (each.pid === pid || each.pid !== session) ? [each.pid] : [],
  )
}

/** Undefined when there is no such process. */
export function processStat(pid: number): ProcessStat | undefined {
  const text = read(`/proc/${pid}/stat`)?.toString('latin1')
  if (text === undefined) return undefined
  // The name, in parentheses, may contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    pid,
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    foreground: Number(fields[5]),
    startTime: Number(fields[19]),
  }
}

export function isAlive(pid: number): boolean {
  const state = processStat(pid)?.state
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** Signals only the process, not its group; ignores a process that has ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone meanwhile.
  }
}

/** Whether the process was started with this variable (if its environment is readable). */
export function hasVariable(pid: number, name: string, value: string): boolean {
  const environment = read(`/proc/${pid}/environ`)
  if (!environment) return false
  const entry = `${name}=${value}\0`
  const at = environment.indexOf(entry)
  return at === 0 || (at > 0 && environment.includes(`\0${entry}`))
}

/** Proportional set size: shared pages are divided among the processes that share them. Bytes; 0 if unreadable. */
export function proportionalSize(pid: number): number {
  const text = read(`/proc/${pid}/smaps_rollup`)?.toString('latin1') ?? ''
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024
}

/** The arguments as one line; empty if there are none (kernel threads, zombies). */
export function commandLine(pid: number): string {
  return (read(`/proc/${pid}/cmdline`)?.toString('utf8') ?? '').replaceAll('\0', ' ').trim()
}

/** The lines of a file of the kernel; none if it cannot be read. */
export function kernelLines(path: string): string[] {
  return read(path)?.toString().split('\n').filter(Boolean) ?? []
}

function read(path: string): Buffer | undefined {
  // Gone meanwhile, or another user's.
  return attempt(() => readFileSync(path))
}
