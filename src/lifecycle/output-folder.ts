import { statSync } from 'node:fs'
import { InputError } from '../config/problems.ts'
import { makeFolder } from '../sources/write-failure.ts'

/** A folder that the user names, for a droplet or a cache. @throws InputError when it cannot be one */
export function makeOutputFolder(path: string): void {
  try {
    makeFolder(path)
  } catch (thrown) {
    throw new InputError(`the folder ${path} cannot be made (${(thrown as NodeJS.ErrnoException).code})`)
  }
  if (!statSync(path).isDirectory()) throw new InputError(`${path} is no folder`)
}
