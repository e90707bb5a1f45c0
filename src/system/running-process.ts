import { readFileSync } from 'node:fs'

/** `<pid>@<start time>` on Linux, where ids repeat after a restart of the machine; `<pid>` elsewhere. Undefined: it does not run. */
export function runningProcess(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return `${pid}@${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return `${pid}`
  }
}
