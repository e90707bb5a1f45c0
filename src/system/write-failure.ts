/** Messages for failures to write the droplet; and a `mkdir -p` that reports the real failure. */
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

const FOLDER_MODE = 0o755

const WRITE_FAILURES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the disk (raise the disk quota, or make the sidecar smaller)',
  EDQUOT: 'the disk quota is used up (raise it, or make the sidecar smaller)',
  EROFS: 'it is on a read-only file system',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EIO: 'disk error (EIO)',
  ENOENT: 'it was removed after it was checked',
  ENOTDIR: 'a file is in the place of a directory',
  ENAMETOOLONG: 'the name is too long',
}

/** The second half of "cannot …: ". */
export function writeFailure(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException
  return (code && WRITE_FAILURES[code]) ?? message
}

/**
 * Makes a directory and its parents, 0755 independent of the umask. (`mkdirSync` with `recursive` reports ENOENT on a
 * read-only file system.)
 */
export function makeFolder(path: string): void {
  let isNew: boolean
  try {
    isNew = made(path)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw thrown
    makeFolder(dirname(path))
    isNew = made(path)
  }
  if (isNew) chmodSync(path, FOLDER_MODE)
}

/** @returns false when it exists already: another staging that uses the same cache may have made it */
function made(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  }
}
