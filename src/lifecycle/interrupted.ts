/** Ctrl-C and other signals that end a command: what it keeps in a folder of its own goes with it. */
import { rmSync } from 'node:fs'

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
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}

/** Whoever still writes into it has had the same signal, and needs a moment to end. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
  } catch {
    // It stays, as it would without us.
  }
}
