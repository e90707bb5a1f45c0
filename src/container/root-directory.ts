/** Writes a planned root file system: a directory with the mount points, and the table of mounts. */
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type MountPoint, mountOf, writableBelow } from './nested-mounts.ts'
import type { Mounted, Tree, TreeDirectory } from './tree.ts'

/** A line of the table that `mount -a -T` reads: https://man7.org/linux/man-pages/man5/fstab.5.html */
interface Mount {
  readonly source: string
  readonly target: string
  readonly type: string
  readonly options: readonly string[]
}

/** File systems that the kernel creates only for the container. */
const KERNEL_MOUNTS: readonly (readonly [path: string, type: string, ...options: string[]])[] = [
  ['/proc', 'proc', 'nosuid', 'nodev', 'noexec'],
  ['/dev/pts', 'devpts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
  ['/dev/shm', 'tmpfs', 'nosuid', 'nodev', 'size=64m', 'mode=1777'],
]

/**
 * @param root an empty directory
 * @param table the file for the table of mounts
 * @param points the mounts of this machine
 */
export function writeRoot(
  tree: TreeDirectory,
  { root, table, points }: { root: string; table: string; points: readonly MountPoint[] },
): void {
  const mounts: Mount[] = [{ source: root, target: root, type: 'none', options: ['bind'] }]
  for (const [name, each] of tree.entries) write(each, join(root, name), mounts, points)
  for (const [path, type, ...options] of KERNEL_MOUNTS)
    mounts.push({ source: type, target: join(root, path), type, options })
  mounts.push({ source: 'none', target: root, type: 'none', options: ['remount', 'bind', 'ro'] })
  writeFileSync(table, mounts.map(line).join(''))
}

function write(tree: Tree, at: string, mounts: Mount[], points: readonly MountPoint[]): void {
  if (tree.kind === 'link') symlinkSync(tree.target, at)
  else if (tree.kind === 'directory') {
    mkdirSync(at)
    for (const [name, each] of tree.entries) write(each, join(at, name), mounts, points)
  } else {
    if (statSync(tree.source).isDirectory()) mkdirSync(at)
    else writeFileSync(at, '')
    addMounts(tree, at, mounts, points)
  }
}

function addMounts(
  { source, writable, over }: Mounted,
  at: string,
  mounts: Mount[],
  points: readonly MountPoint[],
): void {
  const kept = mountOf(source, points)?.kept ?? []
  const options = ['rbind', 'nosuid', ...(isDevice(source) ? [] : ['nodev']), ...kept]
  mounts.push({ source, target: at, type: 'none', options: [...options, ...(writable ? [] : ['ro'])] })
  for (const { path, kept } of writable ? [] : writableBelow(source, points)) {
    const target = join(at, path.slice(source.length))
    mounts.push({ source: 'none', target, type: 'none', options: ['remount', 'bind', ...kept, 'ro'] })
  }
  for (const [below, each] of over) {
    if (each.kind !== 'mounted') throw new Error(`${below} exists already and can only be a mount point`)
    addMounts(each, join(at, below), mounts, points)
  }
}

function line({ source, target, type, options }: Mount): string {
  return `${escaped(source)} ${escaped(target)} ${type} ${[...new Set(options)].join(',')} 0 0\n`
}

/** The container's own devices. Devices in a droplet or in an archive of a root file system have no effect. */
function isDevice(source: string): boolean {
  return dirname(source) === '/dev'
}

/** Escapes spaces, backslashes and `#` in octal, as fstab requires. */
function escaped(path: string): string {
  return path.replace(/[\\\s#]/g, (each) => `\\${each.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
