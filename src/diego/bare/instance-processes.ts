/**
 * The processes of an instance without a cgroup: those with the instance's variable in their environment, those in a
 * session of one of its processes, and their children. A process that left its group or session is found by the
 * variable, one that cleared its environment by its session or parent.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { allProcesses, hasVariable, type ProcessStat, signal } from '../../system/proc.ts'
import { monotonicTime } from '../monotonic.ts'

/** The platform's variable that identifies processes of this instance. */
const INSTANCE_VARIABLE = 'INSTANCE_GUID'

/**
 * @param sessions the pids of the instance's processes: each leads a session
 * @returns the living ones, sorted by pid
 */
export function instanceProcesses(instanceGuid: string, sessions: ReadonlySet<number>): ProcessStat[] {
  const alive = allProcesses().filter(
    ({ state, pid }) => state !== 'Z' && state !== 'X' && pid !== process.pid,
  )
  const found = new Set(
    alive
      .filter(
        ({ pid, session }) => sessions.has(session) || hasVariable(pid, INSTANCE_VARIABLE, instanceGuid),
      )
      .map(({ pid }) => pid),
  )
  for (let grown = true; grown; ) {
    const children = alive.filter(({ pid, parent }) => found.has(parent) && !found.has(pid))
    for (const { pid } of children) found.add(pid)
    grown = children.length > 0
  }
  return alive.filter(({ pid }) => found.has(pid))
}

/**
 * Kills until no process is left, for at most 5 s. Checks twice before it returns: while a process executes another
 * program, the kernel does not show its environment.
 */
export async function killProcesses(list: () => readonly number[]): Promise<void> {
  const giveUp = monotonicTime() + 5000
  for (let looksInVain = 0; looksInVain < 2; ) {
    const left = list()
    if (monotonicTime() > giveUp) return
    looksInVain = left.length > 0 ? 0 : looksInVain + 1
    for (const pid of left) signal(pid, 'SIGKILL')
    if (looksInVain < 2) await sleep(5)
  }
}
