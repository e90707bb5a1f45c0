/** Ctrl-C and the other signals that end a command. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { constants } from 'node:os'

const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
const folders = new Set<string>()
let release = () => {}

/** @returns a function that restores the default handling of these signals */
export function onEndingSignal(handler: (signal: NodeJS.Signals) => void): () => void {
  for (const each of ENDING_SIGNALS) process.on(each, handler)
  return () => {
    for (const each of ENDING_SIGNALS) process.off(each, handler)
  }
}

/**
 * Removes the file or directory when a signal ends the process.
 * @returns a function to call when it was removed, or when other code handles the signal
 */
export function removeWhenInterrupted(folder: string): () => void {
  if (folders.size === 0) release = onEndingSignal(end)
  folders.add(folder)
  return () => {
    folders.delete(folder)
    if (folders.size === 0) release()
  }
}

function end(signal: NodeJS.Signals): void {
  remove([...folders])
  release()
  // A copy of this module in a late-loaded part removes its directories first.
  if (process.listenerCount(signal) === 0) endBySignal(signal)
}

/** Milliseconds. */
const LONGEST_REMOVAL = 700

/**
 * The removal of many files continues after the end of this process. Processes that still write into a directory got the
 * same signal and need a moment to end.
 */
function remove(paths: readonly string[]): void {
  const tries = 'for i in 1 2 3 4 5; do rm -rf -- "$@" && break; sleep 0.1; done'
  const { error } = spawnSync('/bin/sh', ['-c', `(trap "" HUP INT TERM; ${tries}) & wait`, 'sh', ...paths], {
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin' },
    timeout: LONGEST_REMOVAL,
  }) as { error?: NodeJS.ErrnoException }
  if (error?.code !== 'ENOENT') return
  for (const path of paths) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
    } catch {
      // It remains, as it would without this handler.
    }
  }
}

/**
 * Ends this process with a signal, without its handlers. The first process of a container ignores such a signal
 * (https://man7.org/linux/man-pages/man7/pid_namespaces.7.html), so it exits with the status that a shell reports.
 */
export function endBySignal(signal: NodeJS.Signals): never {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  process.exit(128 + constants.signals[signal])
}
