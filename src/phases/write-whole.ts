import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder, writeFailure } from '../sources/write-failure.ts'

/**
 * A text into the droplet, with the folders above it; modes whatever the umask: the same input gives the same droplet.
 * @throws Error with a sentence for the user
 */
export function writeWhole(path: string, text: string, mode: number): void {
  try {
    makeFolder(dirname(path))
    // A link of the name is replaced, not written through.
    rmSync(path, { recursive: true, force: true })
    writeFileSync(path, text, { flag: 'wx' })
    chmodSync(path, mode)
  } catch (thrown) {
    const name = path.split('/').slice(-2).join('/')
    throw new Error(`cannot write ${name} into the droplet: ${writeFailure(thrown)}`, { cause: thrown })
  }
}
