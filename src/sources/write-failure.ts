/** What stands against writing the droplet, in words for the user; and folders whose failures can be told. */
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

const FOLDER_MODE = 0o755

const WRITE_FAILURES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the disk (raise the disk quota, or make the sidecar smaller)',
  EDQUOT: 'the disk quota is used up (raise it, or make the sidecar smaller)',
  EROFS: 'it is on a read-only file system',
  EACCES: 'permissions do not allow it',
  EPERM: 'permissions do not allow it',
  EIO: 'the disk fails (EIO)',
  ENOENT: 'it is gone since it was checked',
}

/** To be read behind "cannot …: ". */
export function writeFailure(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException
  return (code && WRITE_FAILURES[code]) ?? message
}

/**
 * A folder and those above it, 0755 whatever the umask. (`mkdirSync` with `recursive` says ENOENT where the file
 * system is read-only.)
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

/** @returns false when it is there already: another staging may have made it just now, in a cache that both use */
function made(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  }
}
