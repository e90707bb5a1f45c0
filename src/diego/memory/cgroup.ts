/**
 * A cgroup for an instance, below the cgroup of this process (or one of its parents) if it may be divided: as root, or if
 * delegated. Both versions:
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
 */
import { constants, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MemorySize } from '../../platform/memory-size.ts'
import { mayAccess } from '../../system/may-access.ts'
import { kernelLines } from '../../system/proc.ts'
import type { MemoryLimit } from './memory-limit.ts'

/** The names in the two versions. */
interface Version {
  readonly limitFile: string
  /** Limits that only some machines have: they include swap, so that the instance cannot use it instead. */
  readonly swap: (bytes: number) => readonly [file: string, value: string]
  /** Has the number of processes that the kernel has killed: a line `oom_kill N`. */
  readonly eventsFile: string
}

const V1: Version = {
  limitFile: 'memory.limit_in_bytes',
  swap: (bytes) => ['memory.memsw.limit_in_bytes', String(bytes)],
  eventsFile: 'memory.oom_control',
}
const V2: Version = {
  limitFile: 'memory.max',
  swap: () => ['memory.swap.max', '0'],
  eventsFile: 'memory.events',
}

/**
 * @param announce is called with the path of each directory before it is made
 * @returns undefined if this machine does not permit one
 */
export function createCgroup(
  instanceGuid: string,
  limit: MemorySize,
  announce: (path: string) => void,
): MemoryLimit | undefined {
  for (const { folder: parent, version } of candidates()) {
    const folder = join(parent, `sidecar-buildpack-${instanceGuid}`)
    announce(folder)
    if (prepare(folder, version, limit.bytes)) return memoryLimit(folder, version)
  }
  return undefined
}

function memoryLimit(folder: string, version: Version): MemoryLimit {
  return {
    kind: 'cgroup',
    folder,
    watch: () => undefined,
    outOfMemory: () =>
      kernelLines(join(folder, version.eventsFile)).some((line) => /^oom_kill [1-9]/.test(line)),
    remove: () => removeFolder(folder),
  }
}

function prepare(folder: string, version: Version, bytes: number): boolean {
  try {
    mkdirSync(folder)
  } catch {
    return false
  }
  if (
    write(join(folder, version.limitFile), String(bytes)) &&
    mayAccess(join(folder, 'cgroup.procs'), constants.W_OK)
  ) {
    const [file, value] = version.swap(bytes)
    write(join(folder, file), value)
    return true
  }
  rmdirSync(folder)
  return false
}

/** A cgroup whose last process has just ended stays busy for a moment. */
async function removeFolder(folder: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      rmdirSync(folder)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return
    }
    await sleep(10)
  }
}

/** Our own cgroup first, then its parents: with version 2 only one that hands the memory controller down. */
function candidates() {
  return kernelLines('/proc/self/cgroup').flatMap((line) => {
    const [, controllers = '', ...rest] = line.split(':')
    const path = rest.join(':')
    if (controllers.split(',').includes('memory')) {
      return withParents('/sys/fs/cgroup/memory', path).map((folder) => ({ folder, version: V1 }))
    }
    if (controllers !== '') return []
    return withParents('/sys/fs/cgroup', path)
      .filter((folder) =>
        kernelLines(join(folder, 'cgroup.subtree_control')).join(' ').split(' ').includes('memory'),
      )
      .map((folder) => ({ folder, version: V2 }))
  })
}

/** In a container, the path may be that of the host and missing: the mount itself is then our cgroup. */
function withParents(mount: string, path: string): string[] {
  const folders: string[] = []
  for (let folder = join(mount, path); folder.startsWith(mount); folder = dirname(folder))
    folders.push(folder)
  return folders.filter((each) => mayAccess(each, constants.W_OK))
}

/** @returns whether the kernel accepted it */
function write(path: string, value: string): boolean {
  try {
    writeFileSync(path, value, { flag: 'r+' })
    return true
  } catch {
    return false
  }
}
