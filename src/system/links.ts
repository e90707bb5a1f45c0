/**
 * Folders that others can write to, such as caches and deps folders: a symbolic link in the place of a folder is removed,
 * never followed, so that what is deleted or written below it stays inside.
 */
import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Removes every symbolic link on the way from `root` to a folder below it; what a link leads to stays.
 * @param root may be a link itself: it is the caller's
 * @param parts names of the folders below it, outermost first
 * @returns the path
 */
export function withoutLinks(root: string, ...parts: readonly string[]): string {
  let path = root
  for (const part of parts) {
    path = join(path, part)
    if (isLink(path)) rmSync(path, { force: true })
  }
  return path
}

/** A file in the place of a directory above makes lstat fail with ENOTDIR: then there is no link. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}
