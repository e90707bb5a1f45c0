/**
 * For directories that other programs can write to, for example caches and deps directories: a symbolic link in place of a
 * directory is removed, never followed, so that writes and deletions stay inside.
 */
import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { attempt } from './attempt.ts'

/**
 * Removes every symbolic link between `root` and a directory below it. The targets of the links are kept.
 * @param root may itself be a link
 * @param parts names of the directories below it, outermost first
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

/** If a parent is a file, lstat fails with ENOTDIR, and there is no link. */
function isLink(path: string): boolean {
  return attempt(() => lstatSync(path).isSymbolicLink()) ?? false
}
