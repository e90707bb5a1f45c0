import { statSync } from 'node:fs'
import { describeSystemError } from '../platform/go/system-error.ts'
import { InputError } from '../problems/problems.ts'
import { makeFolder } from '../system/write-failure.ts'

/** Creates a directory that the user names, for a droplet or a cache. @throws InputError when that fails */
export function makeOutputFolder(path: string): void {
  try {
    makeFolder(path)
  } catch (thrown) {
    throw new InputError(`cannot create the directory ${path}: ${describeSystemError(thrown as Error)}`)
  }
  if (!statSync(path).isDirectory()) throw new InputError(`${path} is not a directory`)
}
