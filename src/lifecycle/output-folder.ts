import { statSync } from 'node:fs'
import { describeSystemError } from '../platform/go/system-error.ts'
import { InputError } from '../problems/problems.ts'
import { makeFolder } from '../system/write-failure.ts'

/**
 * Creates a directory that the user names, for a droplet or a cache.
 * @param option sets it
 * @throws InputError when that fails
 */
export function makeOutputFolder(path: string, option?: string): void {
  try {
    makeFolder(path)
  } catch (thrown) {
    const reason = describeSystemError(thrown as Error)
    const remedy = option ? `; use another directory: ${option} DIR` : ''
    throw new InputError(`cannot create the directory ${path}: ${reason}${remedy}`)
  }
  if (!statSync(path).isDirectory()) throw new InputError(`${path} is not a directory`)
}
