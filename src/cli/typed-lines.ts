/** Counts the lines that the user types while a command runs: each moves the cursor one row down. */
import { readFileSync } from 'node:fs'

/** @returns a function that stops watching; does nothing if standard input is not a terminal */
export function watchTypedLines(onLines: (count: number) => void): () => void {
  const { stdin } = process
  if (stdin.isTTY !== true) return () => undefined
  const read = (chunk: Buffer) => {
    const count = chunk.filter((byte) => byte === NEWLINE).length
    if (count > 0) onLines(count)
  }
  // The terminal stops a background job that reads from it (SIGTTIN).
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

/** Whether our process group is in the foreground of the terminal: https://man7.org/linux/man-pages/man5/proc.5.html */
function isForeground(): boolean {
  const text = readFileSync('/proc/self/stat', 'latin1')
  const [, , group, , , foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return group === foreground
}
