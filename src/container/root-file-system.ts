/**
 * The root file system of a container: this machine's or a stack's, read-only, with the container's own directories on
 * top, and the user vcap.
 */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { APP_LINK, VCAP } from '../platform/container.ts'
import { attempt } from '../system/attempt.ts'
import { MOST, readForeignFile } from '../system/foreign-file.ts'
import { mountPoints } from './nested-mounts.ts'
import { programDirectories, REPLACED } from './reachable.ts'
import { writeRoot } from './root-directory.ts'
import { directory, entriesOf, type Link, mounted, place, type TreeDirectory } from './tree.ts'

export interface RootFileSystem {
  /** The directory of a stack's root file system; absent: this machine's. */
  readonly rootfs?: string
  readonly hostname: string
  /** The container must contain this machine's programs on this `PATH`. */
  readonly path: string
  /** Further directories or files of this machine. `at` is an absolute path in the container. */
  readonly mounts: readonly { readonly source: string; readonly at: string; readonly writable: boolean }[]
}

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
const DEVICE_LINKS: readonly (readonly [string, string])[] = [
  ['ptmx', 'pts/ptmx'],
  ['fd', '/proc/self/fd'],
  ['stdin', 'fd/0'],
  ['stdout', 'fd/1'],
  ['stderr', 'fd/2'],
]
/** Directories that a machine has, but no container. */
const LEFT_OUT = new Set(['boot', 'lost+found', 'media', 'old_root'])
const IN_THE_SYSTEM = /^\/(?:bin|etc|lib\w*|sbin|usr(?!\/local))(?:\/|$)/

/**
 * Writes the input of `mount` into `folder` (`rootPaths`).
 * @param owner of the directories that the container may write to: the ids of vcap on this machine
 */
export function prepareRoot(
  folder: string,
  { rootfs, hostname, path, mounts }: RootFileSystem,
  owner: { readonly uid: number; readonly gid: number },
): void {
  const base = rootfs ?? '/'
  const tree = entriesOf(base)
  for (const name of LEFT_OUT) tree.entries.delete(name)
  for (const each of REPLACED) {
    if (each !== '/var/tmp') tree.entries.set(each.slice(1), directory())
  }
  placeDevices(tree)
  place(tree, APP_LINK.path, { kind: 'link', target: APP_LINK.target })
  place(tree, '/sys', mounted('/sys'))
  for (const each of ['/tmp', '/var/tmp']) {
    const source = join(folder, each === '/tmp' ? 'tmp' : 'var-tmp')
    mkdirSync(source, { recursive: true })
    chmodSync(source, 0o1777)
    chownSync(source, owner.uid, owner.gid)
    place(tree, each, mounted(source, true))
  }
  placeAccounts(tree, folder, base, hostname)
  for (const each of programDirectories(path, (program) => isHidden(program, rootfs !== undefined)))
    place(tree, each, mounted(each))
  for (const { source, at, writable } of mounts) place(tree, at, mounted(source, writable))
  const { root, table } = rootPaths(folder)
  mkdirSync(root)
  writeRoot(tree, { root, table, points: mountPoints() })
}

/** Paths in a container's directory: its root, and the table of its mounts. */
export function rootPaths(folder: string): { readonly root: string; readonly table: string } {
  return { root: join(folder, 'root'), table: join(folder, 'mounts') }
}

function isHidden(path: string, hasRootfs: boolean): boolean {
  if (REPLACED.some((each) => path === each || path.startsWith(`${each}/`))) return true
  return hasRootfs && !IN_THE_SYSTEM.test(path)
}

function placeDevices(tree: TreeDirectory): void {
  for (const name of DEVICES) place(tree, `/dev/${name}`, mounted(`/dev/${name}`, true))
  for (const [name, target] of DEVICE_LINKS)
    place(tree, `/dev/${name}`, { kind: 'link', target } satisfies Link)
  for (const name of ['pts', 'shm']) place(tree, `/dev/${name}`, directory())
}

/** `/etc` with the user vcap, the container's name, and this machine's name servers. */
function placeAccounts(tree: TreeDirectory, folder: string, base: string, hostname: string): void {
  const { name, uid, gid, home } = VCAP
  const files: readonly (readonly [string, string])[] = [
    ['/etc/passwd', `${name}:x:${uid}:${gid}::${home}:/bin/bash`],
    ['/etc/group', `${name}:x:${gid}:`],
  ]
  const etc = join(folder, 'etc')
  mkdirSync(etc)
  for (const [path, line] of files) {
    // A link in the root file system of a stack would refer to a file of this machine.
    const others = read(join(base, path), base !== '/').filter((each) => !each.startsWith(`${name}:`))
    placeFile(tree, path, join(etc, path.slice(5)), [...others, line])
  }
  placeFile(tree, '/etc/hosts', join(etc, 'hosts'), [...read('/etc/hosts'), `127.0.0.1 ${hostname}`])
  const servers = read('/etc/resolv.conf')
  if (servers.length > 0) placeFile(tree, '/etc/resolv.conf', join(etc, 'resolv.conf'), servers)
}

function placeFile(tree: TreeDirectory, path: string, source: string, lines: readonly string[]): void {
  writeFileSync(source, lines.map((each) => `${each}\n`).join(''))
  place(tree, path, mounted(source))
}

function read(path: string, noFollow = false): readonly string[] {
  const text = attempt(() => readForeignFile(path, MOST.text, { noFollow }).toString())
  return text?.split('\n').filter(Boolean) ?? []
}
