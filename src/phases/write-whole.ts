import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder, writeFailure } from '../system/write-failure.ts'

/**
 * Writes a text file of the droplet, with its parent directories. Modes do not depend on the umask, so that the same
 * input gives the same droplet.
 * @throws Error with a message for the user
 */
export function writeWhole(path: string, text: string, mode: number): void {
  try {
    makeFolder(dirname(path))
    // A link with this name is replaced, not followed.
    rmSync(path, { recursive: true, force: true })
    writeFileSync(path, text, { flag: 'wx' })
    chmodSync(path, mode)
  } catch (thrown) {
    const name = path.split('/').slice(-2).join('/')
    throw new Error(`cannot write ${name} into the droplet: ${writeFailure(thrown)}`, { cause: thrown })
  }
}
