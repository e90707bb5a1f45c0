/** A buildpack as the platform's builder finds it: a directory with `bin`, or with a single directory that has it. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { StagingFailure } from './failure.ts'

export interface Buildpack {
  /** The name in `buildpacks` of the manifest; two with the same name are one buildpack. */
  readonly name: string
  /** Its files, unpacked. */
  readonly directory: string
  /** Their path for the scripts of a staging in a container: an empty directory as mount point. */
  readonly mountPoint?: string
}

/** @throws StagingFailure when it is not a buildpack */
export async function buildpackRoot({ name, directory }: Buildpack): Promise<string> {
  if (await isThere(join(directory, 'bin')).catch(() => false)) return directory
  const entries = await readdir(directory).catch(() => [])
  if (entries.length === 0) {
    throw new StagingFailure(`Failed to read buildpack directory '${directory}' for buildpack '${directory}'`)
  }
  const [only] = entries
  if (entries.length === 1 && only !== undefined) {
    const nested = join(directory, only)
    if (await isThere(join(nested, 'bin')).catch(() => false)) return nested
  }
  throw new StagingFailure(`malformed buildpack does not contain a /bin dir: ${name}`)
}

/**
 * Whether a script of a buildpack exists.
 * @throws StagingFailure when that cannot be determined
 */
export async function hasScript(root: string, script: string): Promise<boolean> {
  const path = join(root, 'bin', script)
  try {
    return await isThere(path)
  } catch (thrown) {
    throw new StagingFailure(`stat ${path}: ${describeSystemError(thrown as NodeJS.ErrnoException)}`)
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw thrown
  }
}
