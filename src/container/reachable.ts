/**
 * Finds programs on `PATH` that the container's root file system hides: in a home, among temporary files, or, with a
 * stack's root file system, anywhere outside the system directories.
 */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { attempt } from '../system/attempt.ts'

/** Directories that the container replaces. */
export const REPLACED = ['/dev', '/home', '/proc', '/root', '/run', '/sys', '/tmp', '/var/tmp'] as const

const SYSTEM = new Set([
  '/',
  '/bin',
  '/sbin',
  '/usr',
  '/usr/bin',
  '/usr/sbin',
  '/lib',
  '/usr/lib',
  '/usr/games',
])
/** Directories of programs that also need their siblings: `lib`, `share`, `libexec`. */
const PROGRAM_DIRECTORIES = new Set(['bin', 'sbin', 'shims'])

/**
 * @param path a `PATH`
 * @param isHidden whether the container's root file system does not have the same file at a path
 * @returns the directories that must be mounted at their own paths, none of them inside another
 */
export function programDirectories(path: string, isHidden: (path: string) => boolean): readonly string[] {
  const found = new Set<string>()
  for (const each of new Set(path.split(':').filter((name) => name.startsWith('/')))) {
    const bin = resolve(each)
    // False also for a directory that this user cannot read.
    if (!attempt(() => statSync(bin).isDirectory())) continue
    if (isHidden(bin)) found.add(installation(bin))
    if (SYSTEM.has(bin)) continue
    // A link in it may refer to an installation elsewhere.
    for (const target of linkedDirectories(bin)) if (isHidden(target)) found.add(installation(target))
  }
  const all = [...found].filter((each) => !SYSTEM.has(each)).sort()
  return all.filter((each) => !all.some((other) => each.startsWith(`${other}/`)))
}

/** `/opt/node` for `/opt/node/bin`; `~/bin` for itself, because its siblings belong to the user. */
function installation(bin: string): string {
  const above = dirname(bin)
  const isHome = above === '/root' || dirname(above) === '/home'
  const isShared = SYSTEM.has(above) || (REPLACED as readonly string[]).includes(above)
  return PROGRAM_DIRECTORIES.has(basename(bin)) && !isHome && !isShared ? above : bin
}

function linkedDirectories(bin: string): readonly string[] {
  const targets = new Set<string>()
  // None of a directory whose programs this user can run, but not list.
  for (const entry of attempt(() => readdirSync(bin, { withFileTypes: true })) ?? []) {
    if (!entry.isSymbolicLink()) continue
    const target = attempt(() => realpathSync.native(join(bin, entry.name)))
    if (target !== undefined && dirname(target) !== bin) targets.add(dirname(target))
  }
  return [...targets]
}
