/** A root file system from an archive: unpacked once, and kept in the user's cache directory. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, type Stats, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { InputError } from '../problems/problems.ts'
import { cacheDirectory } from '../system/cache-directory.ts'
import type { Environment } from '../system/environment.ts'
import { removeWhenInterrupted } from '../system/interrupted.ts'

/**
 * @param path of a directory, or of a tar archive (compressed or not), for example from `docker export`
 * @returns the directory
 * @throws InputError when it is neither, or cannot be unpacked
 */
export async function unpackedRootfs(path: string, env: Environment): Promise<string> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw new InputError(`--rootfs: ${path} not found`)
  if (stat.isDirectory()) {
    if (!statSync(join(path, 'bin', 'bash'), { throwIfNoEntry: false }))
      throw new InputError(`--rootfs: ${path} is not a root file system: it has no /bin/bash`)
    return path
  }
  if (!stat.isFile()) throw new InputError(`--rootfs: ${path} is neither a directory nor an archive`)
  const kept = cacheDirectory(env, 'rootfs')
  const target = join(kept, `${basename(path)}-${fingerprint(path, stat)}`)
  if (!statSync(target, { throwIfNoEntry: false })) await unpack(path, kept, target)
  return target
}

/** Identifies the current content: a changed archive is unpacked again. */
function fingerprint(path: string, { size, mtimeMs, ino }: Stats): string {
  return createHash('sha256').update([path, size, mtimeMs, ino].join('\n')).digest('hex').slice(0, 16)
}

async function unpack(archive: string, kept: string, target: string): Promise<void> {
  mkdirSync(kept, { recursive: true })
  // It may contain set-user-id programs and devices, so other users must not have access.
  chmodSync(kept, 0o700)
  const folder = mkdtempSync(join(kept, '.unpacking-'))
  const release = removeWhenInterrupted(folder)
  try {
    chmodSync(folder, 0o755)
    // Only root can create devices, and the container has its own.
    const options = ['--exclude=./dev/*', '--exclude=dev/*', '--numeric-owner', '--delay-directory-restore']
    await promisify(execFile)('tar', ['-xf', archive, '-C', folder, ...options], {
      env: { PATH: process.env.PATH },
    })
    if (!statSync(join(folder, 'bin', 'bash'), { throwIfNoEntry: false }))
      throw new Error('it has no /bin/bash')
    renameSync(folder, target)
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true })
    if (statSync(target, { throwIfNoEntry: false })) return // Another process was faster.
    const { stderr, message } = thrown as Error & { stderr?: string }
    throw new InputError(`${archive} cannot be unpacked as a root file system: ${(stderr || message).trim()}`)
  } finally {
    release()
  }
}
