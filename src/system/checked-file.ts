/**
 * Between the check of a file and its copy, another process may put a link, or another file, in its place. So a file is
 * opened once, compared with what was checked, and copied from the descriptor.
 */
import { closeSync, fstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import { sep } from 'node:path'
import { InputError } from '../config/problems.ts'
import { openForeignFile } from './foreign-file.ts'

/** Which file it was. */
export type Identity = Pick<Stats, 'dev' | 'ino'>

const isLinux = process.platform === 'linux'

/**
 * @param path bytes where the name need not be UTF-8
 * @param checked of the file that was found there
 * @param root real path of the directory that the file has to lie in, whatever its parents have become since
 * @returns a descriptor, to be closed by the caller
 * @throws InputError when it is another file by now
 */
export function openChecked(path: string | Buffer, checked: Identity, root: string): number {
  const fd = openForeignFile(path)
  const { dev, ino } = fstatSync(fd)
  if (dev === checked.dev && ino === checked.ino && liesIn(fd, path, root)) return fd
  closeSync(fd)
  throw new InputError(`${path} changed while it was copied; run it again`)
}

/** What the kernel copies from by the file's name; elsewhere than on Linux the name itself. */
export function nameOf(fd: number, path: string | Buffer): string | Buffer {
  return isLinux ? `/proc/self/fd/${fd}` : path
}

function liesIn(fd: number, path: string | Buffer, root: string): boolean {
  const real = isLinux
    ? readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' })
    : realpathSync.native(path, { encoding: 'buffer' })
  const top = Buffer.from(root.endsWith(sep) ? root : `${root}${sep}`)
  return real.subarray(0, top.length).equals(top)
}
