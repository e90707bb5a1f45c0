/** Measures the resources of a running instance at intervals, to find leaks. */
import { readdirSync } from 'node:fs'
import { descendants, residentMegabytes, statusOf } from '../../support/processes.ts'

interface Sample {
  /** MiB of `run` itself. */
  readonly memory: number
  /** Open descriptors of `run` itself. */
  readonly descriptors: number
  readonly threads: number
  /** Everything below `run`. */
  readonly processes: number
  /** MiB and open descriptors of all shells that restart sidecars, in total. */
  readonly shellMemory: number
  readonly shellDescriptors: number
}

const INTERVAL = 250
/** The number of looks for which an ended process may stay a zombie, until its parent reads its status. */
const ZOMBIE_LOOKS = 4

export class Samples {
  readonly #pid: number
  readonly #timer: NodeJS.Timeout
  readonly #taken: Sample[] = []
  readonly #dead = new Map<number, number>()
  /** The number of processes whose status was not read in time. */
  zombies = 0

  constructor(pid: number) {
    this.#pid = pid
    this.#timer = setInterval(() => this.#look(), INTERVAL)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** The medians of the second and of the last fifth of the time; the first fifth is for warming up. */
  thenAndNow(what: keyof Sample): readonly [then: number, now: number] {
    const values = this.#taken.map((each) => each[what])
    const part = Math.floor(values.length / 5)
    return [median(values.slice(part, 2 * part)), median(values.slice(-part))]
  }

  most(what: keyof Sample): number {
    return Math.max(...this.#taken.map((each) => each[what]))
  }

  #look(): void {
    const below = descendants(this.#pid)
    this.#countZombies(below.filter(({ state }) => state === 'Z').map(({ pid }) => pid))
    const shells = below
      .filter(({ parent, state }) => parent === this.#pid && state !== 'Z')
      .map(({ pid }) => pid)
    this.#taken.push({
      memory: residentMegabytes(this.#pid),
      descriptors: descriptorsOf(this.#pid),
      threads: Number(/Threads:\s+(\d+)/.exec(statusOf(this.#pid))?.[1]),
      processes: below.length,
      shellMemory: shells.reduce((sum, pid) => sum + residentMegabytes(pid), 0),
      shellDescriptors: shells.reduce((sum, pid) => sum + descriptorsOf(pid), 0),
    })
  }

  #countZombies(pids: readonly number[]): void {
    for (const pid of this.#dead.keys()) if (!pids.includes(pid)) this.#dead.delete(pid)
    for (const pid of pids) {
      const looks = (this.#dead.get(pid) ?? 0) + 1
      this.#dead.set(pid, looks)
      if (looks === ZOMBIE_LOOKS) this.zombies++
    }
  }
}

function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
