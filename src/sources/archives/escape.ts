/**
 * Stops escapes from the target directory ("zip slip"): names and links that lead out of it, and misleading names. A
 * refused entry ends the whole unpacking.
 */
import { posix } from 'node:path'

export class RefusedArchive extends Error {
  override readonly name = 'RefusedArchive'
}

const LONGEST_PATH = 1024
const LONGEST_NAME = 255

/** An entry's name as a path below the target, `''` for the target itself. @throws RefusedArchive */
export function safePath(name: string): string {
  if (/[\p{Cc}\ufffd]/u.test(name)) refuse(name, 'has a name with control characters or broken UTF-8')
  if (name.includes('\\')) refuse(name, 'has a backslash in its name')
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) refuse(name, 'has an absolute name')
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) refuse(name, 'is outside the archive')
  if (name.length > LONGEST_PATH)
    refuse(`${name.slice(0, 60)}…`, `has a name of over ${LONGEST_PATH} characters`)
  if (parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME)) {
    refuse(`${name.slice(0, 60)}…`, `has a name of over ${LONGEST_NAME} bytes`)
  }
  return parts.join('/')
}

/** @throws RefusedArchive when the symbolic link's target is outside */
export function refuseLinkOut(path: string, target: string): void {
  if (target === '' || /[\p{Cc}\ufffd\\]/u.test(target)) refuse(path, 'is a link with a malformed target')
  if (target.startsWith('/')) refuse(path, `is a link to the absolute path ${target}`)
  const resolved = posix.normalize(posix.join(posix.dirname(path), target))
  if (resolved === '..' || resolved.startsWith('../'))
    refuse(path, `is a link out of the archive, to ${target}`)
}

/** @throws RefusedArchive always */
export function refuse(name: string, why: string): never {
  throw new RefusedArchive(`its entry ${JSON.stringify(name)} ${why}`)
}
