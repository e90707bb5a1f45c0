/** Ctrl-C and other signals that end a command: what it keeps in a folder of its own goes with it. */
import { rmSync } from 'node:fs'
import { constants } from 'node:os'

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
const folders = new Set<string>()

/**
 * Removes the folder when a signal ends the process.
 * @returns to be called when the folder is gone, or when the signal is somebody else's to handle
 */
export function removeWhenInterrupted(folder: string): () => void {
  if (folders.size === 0) for (const each of ENDING) process.on(each, end)
  folders.add(folder)
  return () => {
    folders.delete(folder)
    if (folders.size === 0) for (const each of ENDING) process.off(each, end)
  }
}

function end(signal: NodeJS.Signals): void {
  for (const folder of folders) remove(folder)
  for (const each of ENDING) process.off(each, end)
  // Another copy of this, in a part that was loaded late, has folders of its own to remove first.
  if (process.listenerCount(signal) === 0) endBySignal(signal)
}

/** Whoever still writes into it has had the same signal, and needs a moment to end. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
  } catch {
    // It stays, as it would without us.
  }
}

/**
 * Ends this process by a signal that it does not handle. The first process of a container gets no such signal
 * (https://man7.org/linux/man-pages/man7/pid_namespaces.7.html), so it exits with the status that a shell reports.
 */
export function endBySignal(signal: NodeJS.Signals): never {
  process.kill(process.pid, signal)
  process.exit(128 + constants.signals[signal])
}
