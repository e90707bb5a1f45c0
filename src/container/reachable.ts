/**
 * Programs of this machine that `PATH` names and that the container's root file system would hide: what lies in a home,
 * among temporary files, or, with the root file system of a stack, anywhere but in the system's own directories.
 */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Directories of a machine that the container has anew. */
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
/** Directories of programs whose neighbours belong to them: `lib`, `share`, `libexec`. */
const PROGRAM_DIRECTORIES = new Set(['bin', 'sbin', 'shims'])

/**
 * @param path a `PATH`
 * @param isHidden whether the container's root file system has something else, or nothing, at a path
 * @returns the directories that have to be mounted at their own paths, none of them inside another
 */
export function programDirectories(path: string, isHidden: (path: string) => boolean): readonly string[] {
  const found = new Set<string>()
  for (const each of new Set(path.split(':').filter((name) => name.startsWith('/')))) {
    const bin = resolve(each)
    if (!isDirectory(bin)) continue
    if (isHidden(bin)) found.add(installation(bin))
    if (SYSTEM.has(bin)) continue
    // A link in it may lead to an installation somewhere else.
    for (const target of linkedDirectories(bin)) if (isHidden(target)) found.add(installation(target))
  }
  const all = [...found].filter((each) => !SYSTEM.has(each)).sort()
  return all.filter((each) => !all.some((other) => each.startsWith(`${other}/`)))
}

/** `/opt/node` of `/opt/node/bin`; `~/bin` itself, since what is beside it is the user's. */
function installation(bin: string): string {
  const above = dirname(bin)
  const isHome = above === '/root' || dirname(above) === '/home'
  const isShared = SYSTEM.has(above) || (REPLACED as readonly string[]).includes(above)
  return PROGRAM_DIRECTORIES.has(basename(bin)) && !isHome && !isShared ? above : bin
}

function linkedDirectories(bin: string): readonly string[] {
  const targets = new Set<string>()
  for (const entry of readdirSync(bin, { withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue
    const target = realPath(join(bin, entry.name))
    if (target !== undefined && dirname(target) !== bin) targets.add(dirname(target))
  }
  return [...targets]
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined // A link that leads nowhere.
  }
}

/** Not one that this user may not look into either. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
