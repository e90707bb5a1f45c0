/**
 * One life of an instance, from its container's creation to its end: the app's process and its sidecars are
 * codependent, as in Diego's executor. All start at once; the first that exits ends them all.
 */

import type { ContainerChoice } from '../container/choice.ts'
import { isRestartNotice } from '../droplet/restart-notice.ts'
import { waitNotice } from '../droplet/wait-notice.ts'
import { makeNamedPipes, type NamedPipes } from '../log/named-pipes.ts'
import { enclose } from './enclose.ts'
import type { Enclosure } from './enclosure.ts'
import { goDuration } from './go-duration.ts'
import { type HealthFailure, type HealthIntervals, watchHealth } from './health-check.ts'
import { type InstanceSidecar, type InstanceSpec, processSource, sidecarSource } from './instance-spec.ts'
import type { LogStream } from './logs/log-line.ts'
import { limitMemory } from './memory/limit-memory.ts'
import type { MemoryLimit } from './memory/memory-limit.ts'
import { monotonicTime } from './monotonic.ts'
import { type InstanceIdentity, processEnvironment } from './process-environment.ts'
import type { Launch } from './processes/launch.ts'
import { type ProcessExit, type SupervisedProcess, startProcess } from './processes/supervised-process.ts'
import { removeUnpacked, unpackDroplet } from './unpacked-droplet.ts'

/** What an instance needs of the world. */
export interface Cell {
  readonly id: string
  /** An IPv4 address of this machine, at which the app is checked. */
  readonly address: string
  /** Where containers are made. */
  readonly containers: string
  /** Whether cgroups may be used. */
  readonly cgroups: boolean
  /** Absent: instances run on the machine as it is. */
  readonly container?: ContainerChoice
  readonly prepareLaunch: (request: {
    readonly dropletDir: string
    /** Where its processes find it. */
    readonly home: string
    readonly command: string
    readonly env: Record<string, string>
  }) => Promise<Launch>
  readonly log: (source: string, stream: LogStream, text: string) => void
  /** While the reader of the log is slow: resolves when it has caught up. */
  readonly room: () => Promise<void> | undefined
  readonly healthIntervals: HealthIntervals
  /** Between SIGTERM and SIGKILL, milliseconds; the platform's are ten seconds. */
  readonly gracefulShutdown: number
}

export interface InstanceProcess {
  /** The process type, or the sidecar's name. */
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  readonly command: string
  readonly pid: number | undefined
  /** Has the environment that the platform gives to the process, before any profile. */
  readonly spawnedPid: number | undefined
  /** How often it was started again since, by its own `restart`. */
  restarts: number
  /** Whether the app's start waits for it, by its `wait_for`. */
  isAwaited: boolean
  /** Set when it has ended. */
  exit?: ProcessExit
}

export interface Instance {
  readonly guid: string
  readonly processes: readonly InstanceProcess[]
  /** The unpacked droplet, on this machine. */
  readonly home: string
  /** The pid by which its container is entered; undefined: it has none. */
  readonly holder: number | undefined
  readonly memory: MemoryLimit
  /** Set once the health check has passed (monotonic.ts). */
  healthySince?: number
  /** How it ended: `undefined` when it was stopped. The container still stands: `destroy` it. */
  readonly ended: Promise<string | undefined>
  stop(): void
  /** At once, without waiting for anybody. */
  kill(): void
  /** Kills what is left of it and removes its container. */
  destroy(): Promise<void>
}

/**
 * @param onChange whenever a process has ended or the instance has become healthy
 * @throws InputError when the droplet is none
 */
export async function startInstance(
  spec: InstanceSpec,
  identity: InstanceIdentity,
  cell: Cell,
  onChange: (instance: Instance) => void,
): Promise<Instance> {
  const { id, log } = cell
  log('CELL', 'OUT', `Cell ${id} creating container for instance ${identity.guid}`)
  const droplet = await unpackDroplet(cell.containers, spec.droplet)
  const limit = { bytes: spec.memory.bytes + spec.proxyMemory.bytes }
  const memory = limitMemory({ instanceGuid: identity.guid, limit }, cell.cgroups)
  let enclosure: Enclosure | undefined
  try {
    const path = spec.env.get('PATH') ?? ''
    enclosure = await enclose(
      { droplet, instanceGuid: identity.guid, path, cgroup: memory.folder },
      cell.container,
    )
    const { home } = enclosure
    memory.watch(enclosure.pids)
    log('CELL', 'OUT', `Cell ${id} successfully created container for instance ${identity.guid}`)
    const roles = [appRole(spec), ...spec.sidecars.map((sidecar) => sidecarRole(spec, sidecar))]
    const pipes = await makeNamedPipes(droplet.folder, roles.length)
    const launched = await Promise.all(
      roles.map(async (role, at) => {
        const env = processEnvironment(spec, identity, role.sidecar)
        const request = { dropletDir: droplet.home, home, command: role.command, env }
        return { ...role, launch: await cell.prepareLaunch(request), pipes: pipes[at] as NamedPipes }
      }),
    )
    const held = { home: droplet.home, memory, enclosure }
    const instance = new CodependentInstance(spec, identity, cell, held, launched, onChange)
    await instance.started
    return instance
  } catch (error) {
    await enclosure?.destroy()
    await memory.remove()
    await removeUnpacked(droplet)
    throw error
  }
}

/** What an instance has of this machine. */
interface Held {
  readonly home: string
  readonly memory: MemoryLimit
  readonly enclosure: Enclosure
}

interface Role {
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  readonly command: string
  readonly source: string
  readonly sidecar?: InstanceSidecar
}

interface Launched extends Role {
  readonly launch: Launch
  readonly pipes: NamedPipes
}

function appRole({ processType, command }: InstanceSpec): Role {
  return { name: processType, kind: 'app', command, source: processSource(processType) }
}

function sidecarRole({ processType }: InstanceSpec, sidecar: InstanceSidecar): Role {
  const { name, command } = sidecar
  return { name, kind: 'sidecar', command, source: sidecarSource(processType, name), sidecar }
}

interface Member extends InstanceProcess {
  readonly source: string
  readonly running: SupervisedProcess
  /** Set when it has been told to end: what it then exits with is not what ended the instance. */
  cancelled: boolean
  killed: boolean
}

class CodependentInstance implements Instance {
  readonly guid: string
  readonly home: string
  readonly holder: number | undefined
  readonly memory: MemoryLimit
  readonly processes: readonly Member[]
  /** When every process runs, or could not be started. */
  readonly started: Promise<unknown>
  readonly ended: Promise<string | undefined>
  healthySince?: number
  readonly #cell: Cell
  readonly #enclosure: Enclosure
  readonly #reasons: string[] = []
  readonly #healthStop = new AbortController()
  #cancelled = false

  constructor(
    spec: InstanceSpec,
    { guid }: InstanceIdentity,
    cell: Cell,
    { home, memory, enclosure }: Held,
    launched: readonly Launched[],
    onChange: (instance: Instance) => void,
  ) {
    this.guid = guid
    this.home = home
    this.memory = memory
    this.holder = enclosure.holder
    this.#enclosure = enclosure
    this.#cell = cell
    this.processes = launched.map((each) => this.#start(each))
    this.started = Promise.all(this.processes.map(({ running }) => running.started))
    this.ended = this.#run(spec, onChange)
  }

  stop(): void {
    this.#cell.log('CELL', 'OUT', `Cell ${this.#cell.id} stopping instance ${this.guid}`)
    this.#cancel()
  }

  kill(): void {
    this.#cancel()
    for (const member of this.processes) this.#kill(member)
  }

  async destroy(): Promise<void> {
    await this.#enclosure.destroy()
    for (const { running } of this.processes) running.release()
    await this.memory.remove()
  }

  #start({ name, kind, command, source, launch, pipes }: Launched): Member {
    const { log, room } = this.#cell
    const running = startProcess(this.#enclosure, launch, pipes, {
      log: (stream, text) => {
        if (stream === 'ERR') this.#notice(member, text)
        log(source, stream, text)
      },
      room,
    })
    const began = { restarts: 0, isAwaited: false, cancelled: false, killed: false }
    const { spawnedPid } = running
    const member: Member = {
      ...{ name, kind, command, source, running, spawnedPid, ...began },
      get pid() {
        return running.pid
      },
    }
    return member
  }

  /** What our scripts in the droplet tell of it. */
  #notice(member: Member, line: string): void {
    if (member.kind === 'sidecar') {
      if (isRestartNotice(line)) member.restarts++
      return
    }
    const notice = waitNotice(line)
    if (!notice) return
    for (const each of this.processes)
      if (each.kind === 'sidecar' && JSON.stringify(each.name) === notice.quotedName)
        each.isAwaited = !notice.isReady
  }

  async #run(spec: InstanceSpec, onChange: (instance: Instance) => void): Promise<string | undefined> {
    const health = this.#watchHealth(spec, onChange)
    await Promise.all(
      this.processes.map(async (member) => {
        const exit = await member.running.exited
        this.#exited(member, exit)
        onChange(this)
      }),
    )
    this.#healthStop.abort()
    await health
    return this.#reasons.length > 0 ? this.#reasons.join('; ') : undefined
  }

  async #watchHealth(spec: InstanceSpec, onChange: (instance: Instance) => void): Promise<void> {
    const { log, healthIntervals, address } = this.#cell
    const at = { address, port: spec.port }
    const checked = spec.healthCheck.kind !== 'process'
    if (checked) log('CELL', 'OUT', 'Starting health monitoring of container')
    const onHealthy = () => {
      this.healthySince = monotonicTime()
      if (checked) log('CELL', 'OUT', 'Container became healthy')
      onChange(this)
    }
    // A turn later, when the instance is whole: a process that is not checked is healthy at once.
    await Promise.resolve()
    const stop = this.#healthStop.signal
    const failure = await watchHealth(spec.healthCheck, at, healthIntervals, onHealthy, stop)
    if (failure && !this.#cancelled) this.#unhealthy(failure)
  }

  #unhealthy({ check, cell, exitDescription }: HealthFailure): void {
    this.#cell.log('HEALTH', 'ERR', check)
    this.#cell.log('CELL', 'ERR', cell)
    this.#reasons.push(exitDescription)
    this.#cancel()
  }

  #exited(member: Member, exit: ProcessExit): void {
    member.exit = exit
    const outOfMemory = exit.status !== 0 && this.memory.outOfMemory() ? ' (out of memory)' : ''
    const late = member.killed
      ? ` (exceeded ${goDuration(this.#cell.gracefulShutdown)} graceful shutdown interval)`
      : ''
    const told =
      exit.failure === undefined
        ? `Exit status ${exit.status}${late}${outOfMemory}`
        : `failed-creating-process: ${exit.failure}`
    this.#cell.log(member.source, 'OUT', told)
    if (!member.cancelled) {
      const status = `${member.source}: Exited with status ${exit.status}${outOfMemory}`
      this.#reasons.push(exit.status === 0 ? 'Codependent step exited' : (exit.failure ?? status))
    }
    this.#cancel()
  }

  /** Tells everybody to end, once; whoever has not after the graceful interval is killed. */
  #cancel(): void {
    if (this.#cancelled) return
    this.#cancelled = true
    this.#healthStop.abort()
    for (const member of this.processes) {
      if (member.exit) continue
      member.cancelled = true
      member.running.signal('SIGTERM')
      const timer = setTimeout(() => this.#kill(member), this.#cell.gracefulShutdown)
      void member.running.exited.then(() => clearTimeout(timer))
    }
  }

  #kill(member: Member): void {
    if (member.exit) return
    member.killed = true
    member.running.signal('SIGKILL')
  }
}
