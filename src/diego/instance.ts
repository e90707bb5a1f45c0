/**
 * One life of an instance, from its container's creation to its end, as Diego's executor has it: its processes are
 * codependent, and its health is checked beside them.
 */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { signal } from '../system/proc.ts'
import { type Cell, PROXY_DRAIN } from './cell.ts'
import type { Enclosure } from './enclosure.ts'
import { type Checks, checkHealth, checkReadiness } from './health/health-step.ts'
import type { InstanceSpec } from './instance-spec.ts'
import type { LogSink, LogStreamer } from './logs/log-stream.ts'
import type { Member } from './member.ts'
import type { MemoryLimit } from './memory/memory-limit.ts'
import { containerMessages, crashReasons, exitLine, SOURCES } from './messages.ts'
import { monotonicTime } from './monotonic.ts'
import type { Step, StepOutcome } from './processes/run-step.ts'

export interface InstanceObserver {
  /** When a process has ended, or the instance has become healthy or unhealthy. */
  readonly onChange: (instance: Instance) => void
  /** Whether the platform's router sends it requests. */
  readonly onRoutable: (instance: Instance, isRoutable: boolean) => void
}

export interface InstanceParts {
  readonly guid: string
  readonly spec: InstanceSpec
  readonly cell: Cell
  /** The droplet, on this machine. */
  readonly home: string
  readonly enclosure: Enclosure
  /** Kills its remaining processes and removes its directory. */
  readonly destroy: () => Promise<void>
  readonly memory: MemoryLimit
  readonly members: readonly Member[]
  readonly streamer: (source: string, log?: LogSink) => LogStreamer
  readonly observer: InstanceObserver
}

/** Its processes have been started. */
export class Instance {
  readonly guid: string
  readonly processes: readonly Member[]
  readonly home: string
  /** The pid for entering its container; undefined if it has none. */
  readonly holder: number | undefined
  readonly memory: MemoryLimit
  /** Set once the health check has passed (monotonic.ts). */
  healthySince: number | undefined
  /** Whether the health check has ended it. */
  isUnhealthy = false
  readonly #parts: InstanceParts
  readonly #steps: readonly Step[]
  readonly #endOfChecks = new AbortController()
  #onHealthy: () => void = () => undefined
  #isStopping = false
  #isCancelled = false
  #isKilled = false
  #drained: Promise<void> | undefined

  constructor(parts: InstanceParts) {
    const { spec, members, streamer } = parts
    this.guid = parts.guid
    this.processes = members
    this.home = parts.home
    this.holder = parts.enclosure.holder
    this.memory = parts.memory
    this.#parts = parts
    const daemon = spec.hasSsh && spec.task === undefined ? [sshDaemonStep(streamer(SOURCES.sshDaemon))] : []
    this.#steps = [...members.map(({ step }) => step), ...daemon]
  }

  stop(): void {
    const { cell } = this.#parts
    this.#isStopping = true
    cell.log(SOURCES.cell, 'OUT', [containerMessages.stopping(cell.id, this.guid)])
    void this.#drainProxy().then(() => {
      this.#endOfChecks.abort()
      this.#cancel()
    })
  }

  /** Immediately, without the graceful interval. */
  kill(): void {
    this.#isKilled = true
    this.#endOfChecks.abort()
    this.#cancel()
    for (const { step } of this.processes) step.kill()
    for (const pid of this.#parts.enclosure.pids()) signal(pid, 'SIGKILL')
  }

  /** Kills its remaining processes and removes its container. */
  async destroy(): Promise<void> {
    await this.#parts.destroy()
    for (const { step } of this.processes) step.release()
    if (this.#hasProxy) {
      const end = exitLine(137, { killedAfter: undefined, outOfMemory: this.memory.outOfMemory() })
      this.#parts.streamer(SOURCES.proxy).end(end)
    }
    await this.memory.remove()
  }

  get #hasProxy(): boolean {
    const { spec } = this.#parts
    return spec.task === undefined && spec.proxyMemory.bytes > 0
  }

  /**
   * Follows the processes and their health to their end, once.
   * @returns why it crashed, in the order of executor's: the health check, then the processes; `undefined` if it was
   * stopped. The container still exists until `destroy`
   */
  async run(): Promise<string | undefined> {
    const { observer, members } = this.#parts
    const [unhealthy, found] = await Promise.all([
      this.#check(),
      codependent(this.#steps, () => this.#cancel()).finally(() => this.#endOfChecks.abort()),
      ...members.map(({ step }) => step.ended.then(() => observer.onChange(this))),
    ])
    await this.#drainProxy()
    const all = [...(unhealthy === undefined ? [] : [unhealthy]), ...found]
    return all.length > 0 && !this.#isStopping ? crashReasons.join(all) : undefined
  }

  /** @returns why the health check has ended the instance */
  async #check(): Promise<string | undefined> {
    const { spec, cell, observer, streamer } = this.#parts
    const checks: Checks = {
      address: cell.address,
      port: spec.port,
      interval: cell.checkInterval,
      cell: streamer(SOURCES.cell),
      health: streamer(SOURCES.health),
    }
    const stop = this.#endOfChecks.signal
    const healthy = new Promise<void>((resolve) => {
      this.#onHealthy = resolve
      stop.addEventListener('abort', () => resolve(), { once: true })
    })
    const health = checkHealth(spec.healthCheck, checks, () => this.#becomeHealthy(), stop)
    const onReady = (ready: boolean) => observer.onRoutable(this, ready)
    const readiness =
      spec.readinessCheck && checkReadiness(spec.readinessCheck, checks, healthy, onReady, stop)
    const unhealthy = await health
    if (unhealthy !== undefined) {
      this.isUnhealthy = true
      observer.onChange(this)
      this.#endOfChecks.abort()
      this.#cancel()
    }
    await readiness
    return unhealthy
  }

  #becomeHealthy(): void {
    const { spec, observer } = this.#parts
    this.healthySince = monotonicTime()
    observer.onChange(this)
    if (spec.task === undefined) observer.onRoutable(this, spec.readinessCheck === undefined)
    this.#onHealthy()
  }

  /** The proxy continues for a while: before the processes get SIGTERM, or after they have ended by themselves. */
  #drainProxy(): Promise<void> {
    this.#drained ??= this.#hasProxy && !this.#isKilled ? sleep(PROXY_DRAIN) : Promise.resolve()
    return this.#drained
  }

  #cancel(): void {
    if (this.#isCancelled) return
    this.#isCancelled = true
    for (const step of this.#steps) step.cancel()
  }
}

/**
 * Follows steps that end together, as in executor's depot/steps/codependent_step.go: when the first one ends, with any
 * outcome, all others are cancelled.
 * @returns the reasons in the order of the ends, without cancelled steps
 */
async function codependent(steps: readonly Step[], cancel: () => void): Promise<readonly string[]> {
  const found: string[] = []
  await Promise.all(
    steps.map(async (step) => {
      const outcome = await step.ended
      if (outcome.kind === 'failed') found.push(outcome.reason)
      if (outcome.kind === 'exited') found.push(crashReasons.exitedWithZero)
      // Two steps that end at the same moment both give a reason, as may happen in Diego.
      await setImmediate()
      cancel()
    }),
  )
  return found
}

/** The daemon of `cf ssh`, one of the codependent processes on the platform. Only its end shows in the log. */
function sshDaemonStep(streamer: LogStreamer): Step {
  let end: (outcome: StepOutcome) => void = () => undefined
  const ended = new Promise<StepOutcome>((resolve) => {
    end = resolve
  })
  return {
    ended,
    cancel: () => {
      streamer.end(exitLine(0, { killedAfter: undefined, outOfMemory: false }))
      end({ kind: 'cancelled' })
    },
  }
}
