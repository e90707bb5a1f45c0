/**
 * Between the check of a file and its copy, another process may replace it by a link or another file. So the file is
 * opened once, compared with the checked one, and copied from its descriptor.
 */
import { closeSync, constants, fstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import { sep } from 'node:path'
import { InputError } from '../problems/problems.ts'
import { openForeignFile } from './foreign-file.ts'

export type FileIdentity = Pick<Stats, 'dev' | 'ino'>

/** How a new file is copied. Without EXCL, Node.js truncates the file, and ext4 writes a truncated file to disk when it is closed. */
export const NEW_FILE = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL

const isLinux = process.platform === 'linux'

/**
 * @param path bytes if the name may not be valid UTF-8
 * @param checked identity of the file that was checked
 * @param root real path of the directory that must contain the file, even if its parents were replaced
 * @returns a descriptor, which the caller closes
 * @throws InputError when it is now another file
 */
export function openChecked(path: string | Buffer, checked: FileIdentity, root: string): number {
  const fd = openForeignFile(path)
  const { dev, ino } = fstatSync(fd)
  if (dev === checked.dev && ino === checked.ino && liesIn(fd, path, root)) return fd
  closeSync(fd)
  throw new InputError(`${path} changed while it was copied; run the command again`)
}

/** The path to copy from: that of the descriptor on Linux, the file's own path elsewhere. */
export function pathOfOpenFile(fd: number, path: string | Buffer): string | Buffer {
  return isLinux ? `/proc/self/fd/${fd}` : path
}

function liesIn(fd: number, path: string | Buffer, root: string): boolean {
  const real = isLinux
    ? readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' })
    : realpathSync.native(path, { encoding: 'buffer' })
  const top = Buffer.from(root.endsWith(sep) ? root : `${root}${sep}`)
  return real.subarray(0, top.length).equals(top)
}
