import { mkdirSync } from 'node:fs'

/** The umask of the platform's containers, at staging and at start; the user's umask on this machine may differ. */
const PLATFORM_UMASK = 0o022

/**
 * Files and processes that `start` creates synchronously have the platform's modes. Its asynchronous part does not: the
 * umask belongs to the whole process, and the user's own files keep the user's.
 */
export function underPlatformUmask<T>(start: () => T): T {
  const own = process.umask(PLATFORM_UMASK)
  try {
    return start()
  } finally {
    process.umask(own)
  }
}

/** Creates it with its parents. An existing directory keeps its mode. */
export function makePlatformFolder(path: string | Buffer): void {
  underPlatformUmask(() => mkdirSync(path, { recursive: true }))
}
