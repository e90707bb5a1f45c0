/** Mounts of the machine, from /proc/self/mountinfo: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
import { readFileSync } from 'node:fs'

export interface MountPoint {
  readonly path: string
  readonly writable: boolean
  /** Options that a user namespace must keep when it mounts the same source again: `nosuid`, `nodev`, … */
  readonly kept: readonly string[]
}

const KEPT = new Set(['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime', 'nosymfollow'])

/** In the kernel's order: of two mounts at one path, the later one is visible. */
export function mountPoints(): readonly MountPoint[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, , , , path = '', options = ''] = line.split(' ')
      const all = options.split(',')
      return {
        path: unescaped(path),
        writable: all.includes('rw'),
        kept: all.filter((each) => KEPT.has(each)),
      }
    })
}

/** The mount that contains a path. */
export function mountOf(path: string, points: readonly MountPoint[]): MountPoint | undefined {
  const above = points.filter((each) => each.path === '/' || path === each.path || below(path, each.path))
  return above.sort((a, b) => a.path.length - b.path.length).at(-1)
}

export function writableBelow(path: string, points: readonly MountPoint[]): readonly MountPoint[] {
  return points.filter((each) => each.writable && below(each.path, path))
}

function below(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`)
}

function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
