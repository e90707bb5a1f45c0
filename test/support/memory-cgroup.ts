/** A real memory cgroup, of v1 or v2, whichever this machine has. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const V1 = '/sys/fs/cgroup/memory'
const V2 = '/sys/fs/cgroup'

/** Why no memory cgroup can be made here; undefined if one can. */
export function noCgroups(): string | undefined {
  const probe = MemoryCgroup.create(64 * 1024 ** 2)
  probe?.remove()
  return probe ? undefined : 'no memory cgroup can be made here (it needs root and cgroup v1 or v2)'
}

export class MemoryCgroup {
  readonly version: 1 | 2
  readonly directory: string
  static #count = 0

  constructor(version: 1 | 2, directory: string) {
    this.version = version
    this.directory = directory
  }

  /** @param limit in bytes; a hard limit, without swap */
  static create(limit: number): MemoryCgroup | undefined {
    const version = existsSync(join(V1, 'memory.limit_in_bytes')) ? 1 : 2
    const directory = join(version === 1 ? V1 : V2, `sidecar-test-${process.pid}-${MemoryCgroup.#count++}`)
    try {
      mkdirSync(directory)
      writeFileSync(join(directory, version === 1 ? 'memory.limit_in_bytes' : 'memory.max'), String(limit))
      return new MemoryCgroup(version, directory)
    } catch {
      return undefined
    }
  }

  add(pid: number): void {
    writeFileSync(join(this.directory, 'cgroup.procs'), String(pid))
  }

  /** The number of processes that the kernel has killed because of the limit. */
  kills(): number {
    const file = this.version === 1 ? 'memory.oom_control' : 'memory.events'
    return Number(/^oom_kill (\d+)/m.exec(readFileSync(join(this.directory, file), 'utf8'))?.[1] ?? 0)
  }

  /** Call it when its processes have ended. */
  remove(): void {
    try {
      rmdirSync(this.directory)
    } catch {
      // A process is still in it: it stays until the machine restarts.
    }
  }
}
