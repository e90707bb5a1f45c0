/**
 * One life of an instance, from its container's creation to its end: the app's process and its sidecars are
 * codependent, as in Diego's executor. All start at once; the first that exits ends them all.
 */
import { isRestartNotice } from '../droplet/restart-notice.ts'
import { waitNotice } from '../droplet/wait-notice.ts'
import { makeNamedPipes, type NamedPipes } from '../log/named-pipes.ts'
import { type Container, createContainer, removeContainer } from './container.ts'
import { goDuration } from './go-duration.ts'
import { type HealthFailure, type HealthIntervals, watchHealth } from './health-check.ts'
import { type InstanceSidecar, type InstanceSpec, processSource, sidecarSource } from './instance-spec.ts'
import type { LogStream } from './logs/log-line.ts'
import { limitMemory } from './memory/limit-memory.ts'
import type { MemoryLimit } from './memory/memory-limit.ts'
import { monotonicTime } from './monotonic.ts'
import { type InstanceIdentity, processEnvironment } from './process-environment.ts'
import {
  type Launch,
  type ProcessExit,
  type SupervisedProcess,
  startProcess,
} from './processes/supervised-process.ts'

/** What an instance needs of the world. */
export interface Cell {
  readonly id: string
  /** An IPv4 address of this machine. */
  readonly address: string
  /** Where containers are made. */
  readonly containers: string
  /** Whether cgroups may be used. */
  readonly cgroups: boolean
  readonly prepareLaunch: (request: {
    readonly dropletDir: string
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
  readonly container: Container
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
  const container = await createContainer(cell.containers, spec.droplet)
  log('CELL', 'OUT', `Cell ${id} successfully created container for instance ${identity.guid}`)
  try {
    const roles = [appRole(spec), ...spec.sidecars.map((sidecar) => sidecarRole(spec, sidecar))]
    const pipes = await makeNamedPipes(container.folder, roles.length)
    const launched = await Promise.all(
      roles.map(async (role, at) => {
        const env = processEnvironment(spec, identity, role.sidecar)
        const launch = await cell.prepareLaunch({ dropletDir: container.home, command: role.command, env })
        return { ...role, launch, pipes: pipes[at] as NamedPipes }
      }),
    )
    return new CodependentInstance(spec, identity, cell, container, launched, onChange)
  } catch (error) {
    await removeContainer(container)
    throw error
  }
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
  readonly container: Container
  readonly memory: MemoryLimit
  readonly processes: readonly Member[]
  readonly ended: Promise<string | undefined>
  healthySince?: number
  readonly #cell: Cell
  readonly #sessions = new Set<number>()
  readonly #reasons: string[] = []
  readonly #healthStop = new AbortController()
  #cancelled = false

  constructor(
    spec: InstanceSpec,
    { guid }: InstanceIdentity,
    cell: Cell,
    container: Container,
    launched: readonly Launched[],
    onChange: (instance: Instance) => void,
  ) {
    this.guid = guid
    this.container = container
    this.#cell = cell
    const limit = { bytes: spec.memory.bytes + spec.proxyMemory.bytes }
    this.memory = limitMemory({ instanceGuid: this.guid, limit, sessions: this.#sessions }, cell.cgroups)
    this.processes = launched.map((each) => this.#start(each))
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
    await this.memory.killAll()
    for (const { running } of this.processes) running.release()
    await this.memory.remove()
    await removeContainer(this.container)
  }

  #start({ name, kind, command, source, launch, pipes }: Launched): Member {
    const wrapped = { ...launch, ...this.memory.wrap(launch) }
    const { log, room } = this.#cell
    const running = startProcess(wrapped, pipes, {
      log: (stream, text) => {
        if (stream === 'ERR') this.#notice(member, text)
        log(source, stream, text)
      },
      room,
    })
    const { pid } = running
    if (pid !== undefined) this.#sessions.add(pid)
    const began = { pid, restarts: 0, isAwaited: false, cancelled: false, killed: false }
    const member: Member = { name, kind, command, source, running, ...began }
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
    const { log, healthIntervals } = this.#cell
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
    const failure = await watchHealth(spec.healthCheck, spec.port, healthIntervals, onHealthy, stop)
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
