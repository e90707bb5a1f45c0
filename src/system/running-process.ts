import { processStat } from './proc.ts'

/** `<pid>@<start time>` on Linux, where ids repeat after a restart of the machine; `<pid>` elsewhere. Undefined: it does not run. */
export function runningProcess(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  const stat = processStat(pid)
  return stat ? `${pid}@${stat.startTime}` : `${pid}`
}
