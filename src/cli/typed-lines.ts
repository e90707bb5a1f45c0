/** The lines that a user ends at the terminal while a command runs: each moves the cursor one row down. */
import { readFileSync } from 'node:fs'

/** @returns how to stop watching; without a terminal as standard input nothing is watched */
export function watchTypedLines(onLines: (count: number) => void): () => void {
  const { stdin } = process
  if (stdin.isTTY !== true) return () => undefined
  const read = (chunk: Buffer) => {
    const count = chunk.filter((byte) => byte === NEWLINE).length
    if (count > 0) onLines(count)
  }
  // A job in the background that reads its terminal is stopped by it (SIGTTIN).
  const follow = () => (isForeground() ? stdin.resume() : stdin.pause())
  stdin.on('data', read)
  process.on('SIGCONT', follow)
  follow()
  stdin.unref()
  return () => {
    process.off('SIGCONT', follow)
    stdin.off('data', read)
    stdin.pause()
  }
}

const NEWLINE = 0x0a

/** Whether our process group is the one that the terminal listens to: https://man7.org/linux/man-pages/man5/proc.5.html */
function isForeground(): boolean {
  const text = readFileSync('/proc/self/stat', 'latin1')
  const [, , group, , , foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return group === foreground
}
