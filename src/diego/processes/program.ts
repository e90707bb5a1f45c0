import { allProcesses, commandLine } from '../../system/proc.ts'

/**
 * The sidecar's program below the shell of a start script that supervises it (supervise.bash); without that shell, the
 * process itself.
 */
export function programOf(pid: number): number {
  if (!/^\S*bash (?:-p )?\S*\/deps\/\d+\/start\/[^/]+$/.test(commandLine(pid))) return pid
  return allProcesses().find((each) => each.parent === pid)?.pid ?? pid
}
