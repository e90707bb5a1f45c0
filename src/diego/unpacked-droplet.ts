/** The droplet of one instance, unpacked or copied into a new directory for each start. */
import { execFile } from 'node:child_process'
import { access, chmod, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makePlatformFolder, underPlatformUmask } from '../platform/umask.ts'
import { InputError } from '../problems/problems.ts'
import { diskUsage } from '../system/disk-usage.ts'

/** On the platform, vcap unpacks, so owners and set-id bits are not kept. As root, tar would keep them. */
export const AS_VCAP = ['--no-same-owner', '--no-same-permissions']

/**
 * @param home gets `app`, `deps`, `profile.d`, `tmp`, `logs`. It exists when this function returns its promise, and is kept
 * on failure
 * @throws InputError when the droplet cannot be unpacked
 */
export async function unpackDroplet(home: string, droplet: string): Promise<void> {
  try {
    makePlatformFolder(home)
    if ((await stat(droplet)).isDirectory()) await copyDroplet(droplet, home)
    else await underPlatformUmask(() => tool('tar', '-xzf', droplet, '-C', home, ...AS_VCAP))
    await access(join(home, 'app')).catch(() => {
      throw new Error('it contains no directory app')
    })
    for (const each of ['deps', 'tmp', 'logs']) makePlatformFolder(join(home, each))
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    throw new InputError(`${droplet} cannot be unpacked as a droplet: ${(stderr || message).trim()}`)
  }
}

/** With the modes that unpacking gives. A link to the files of the droplet would let the app change them. */
async function copyDroplet(droplet: string, home: string): Promise<void> {
  await tool('cp', '-a', '--reflink=auto', `${droplet}/.`, home)
  await tool('chmod', '-R', 'go-w,ug-s,-t', home)
}

/** Bytes of the archive, or disk usage of the files. */
export async function dropletSize(droplet: string): Promise<number> {
  const stats = await stat(droplet)
  return stats.isDirectory() ? diskUsage(droplet) : stats.size
}

function tool(file: string, ...args: readonly string[]) {
  return promisify(execFile)(file, args, { env: { PATH: process.env.PATH } })
}

export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch {
    // A directory without write permission: its owner may still remove its entries.
    await tool('chmod', '-R', 'u+rwX', folder).catch(() => undefined)
    await chmod(folder, 0o700).catch(() => undefined)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
