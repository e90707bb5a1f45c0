/** Decides whether staging and instances run in a container. */
import { InputError } from '../problems/problems.ts'
import type { Environment } from '../system/environment.ts'
import { unpackedRootfs } from './rootfs-archive.ts'
import { type ContainerTools, findContainerTools } from './tools.ts'

interface ContainerOptions {
  /** `--no-container`: false. */
  readonly container: boolean
  /** `--rootfs`: a directory or a tar archive; absolute. */
  readonly rootfs?: string
}

/** The tools that make containers here, and the root file system to use instead of this machine's. */
export interface ContainerChoice {
  readonly tools: ContainerTools
  readonly rootfs?: string
}

/**
 * Undefined: without a container, because the user chose that, or (with a note) because this machine cannot create one.
 * @param env for the user's cache directory, where an archive is unpacked
 * @throws InputError when a root file system is given but no container is possible, or when it does not exist
 */
export async function chooseContainer(
  { container, rootfs }: ContainerOptions,
  env: Environment,
  note: (text: string) => void,
): Promise<ContainerChoice | undefined> {
  if (!container) {
    if (rootfs !== undefined) throw new InputError('--rootfs requires a container; remove --no-container')
    return undefined
  }
  const found = await findContainerTools()
  if ('reason' in found) {
    const what = `This machine cannot create a container (${found.reason})`
    if (rootfs !== undefined) throw new InputError(`${what}, which --rootfs requires. ${found.remedy}`)
    note(`${what}; continuing without one. ${found.remedy}. To hide this note, pass --no-container`)
    return undefined
  }
  return { tools: found, ...(rootfs !== undefined && { rootfs: await unpackedRootfs(rootfs, env) }) }
}
