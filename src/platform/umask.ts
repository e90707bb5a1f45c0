import { mkdirSync } from 'node:fs'

/** The umask of the platform's containers, at staging and at start; on this machine the user's may be another. */
const PLATFORM_UMASK = 0o022

/**
 * What `start` makes or starts at once has the platform's modes; what it does later, when it is awaited, has not:
 * the umask is the whole process's, and the user's own files keep the user's.
 */
export function underPlatformUmask<T>(start: () => T): T {
  const own = process.umask(PLATFORM_UMASK)
  try {
    return start()
  } finally {
    process.umask(own)
  }
}

/** With those above it. One that is there already keeps its mode. */
export function makePlatformFolder(path: string | Buffer): void {
  underPlatformUmask(() => mkdirSync(path, { recursive: true }))
}
