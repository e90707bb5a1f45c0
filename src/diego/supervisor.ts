/**
 * Keeps one instance of a process type running, as Cloud Controller and Diego do: each crash is reported in the app's log,
 * and after the platform's delay the instance restarts in a new container. A task runs once.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cell } from './cell.ts'
import { nextCrashCount, type RestartPolicy, restartTime } from './crash.ts'
import type { Instance, InstanceObserver } from './instance.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { api, containerMessages, type InstanceEvent, SOURCES } from './messages.ts'
import { monotonicTime } from './monotonic.ts'
import { startInstance } from './start-instance.ts'

export type SupervisorState =
  | { readonly kind: 'starting' | 'running' | 'stopping'; readonly instance: Instance }
  | {
      readonly kind: 'crashed'
      /** For others to read. */
      readonly restartAt: Date
      /** The same moment, whatever happens to the machine's time (monotonic.ts). */
      readonly due: number
    }

export interface SupervisorOptions {
  readonly restarts: RestartPolicy
  /** How many times it may be started again; the platform gives up after 200 crashes. */
  readonly mostRestarts: number
  /** Called at every change, with the number of crashes so far. */
  readonly onChange: (state: SupervisorState, crashes: number) => void
}

/** `stopped` by `stop`; `crashed` when no more restarts are allowed; `succeeded` and `failed` for tasks. */
export type RunEnd = 'stopped' | 'crashed' | 'succeeded' | 'failed'

export interface Supervisor {
  readonly ended: Promise<RunEnd>
  /** The first call ends the processes, the second one kills them. */
  stop(): void
  /** Ends the instance and starts it again, without a crash. */
  restart(): void
}

export function supervise(spec: InstanceSpec, cell: Cell, options: SupervisorOptions): Supervisor {
  const stopping = new AbortController()
  const current: Current = { life: new AbortController() }
  return {
    ended: runUntilEnd(spec, cell, options, stopping.signal, current),
    stop: () => {
      if (stopping.signal.aborted) current.instance?.kill()
      else {
        stopping.abort()
        current.life.abort()
        current.instance?.stop()
      }
    },
    restart: () => {
      if (current.life.signal.aborted) return
      current.life.abort()
      current.instance?.stop()
    },
  }
}

interface Current {
  instance?: Instance
  /** Of the instance and the wait after its crash. Aborted when a stop or a restart is requested. */
  life: AbortController
}

async function runUntilEnd(
  spec: InstanceSpec,
  cell: Cell,
  options: SupervisorOptions,
  stop: AbortSignal,
  current: Current,
): Promise<RunEnd> {
  const began = monotonicTime()
  const onRoutable = routableChanges(spec, cell)
  let crashes = 0
  let restarts = 0
  for (let isFirst = true; ; isFirst = false) {
    current.life = new AbortController()
    const { signal: life } = current.life
    const onChange = (instance: Instance) => options.onChange(stateOf(instance, stop), crashes)
    const identity = { guid: instanceGuid(), hasDroplet: !isFirst }
    const instance = await unlessStopped(startInstance(spec, identity, cell, { onChange, onRoutable }), stop)
    if (!instance) return 'stopped'
    current.instance = instance
    if (life.aborted) instance.stop()
    onChange(instance)

    const reason = await endOf(instance)
    const stopped = life.aborted
    if (!stopped && spec.task === undefined) {
      const { healthySince } = instance
      const healthyFor = healthySince === undefined ? undefined : monotonicTime() - healthySince
      crashes = nextCrashCount(crashes, healthyFor, options.restarts)
      logCrash(spec, cell, instance, reason ?? '', crashes)
    }
    if (!stopped) cell.log(SOURCES.cell, 'OUT', [containerMessages.stopping(cell.id, instance.guid)])
    await tearDown(cell, instance)
    delete current.instance
    if (stop.aborted) return 'stopped'
    if (stopped) {
      crashes = 0
      continue
    }
    if (spec.task !== undefined) return instance.processes[0]?.exitStatus === 0 ? 'succeeded' : 'failed'
    if (restarts >= options.mostRestarts) return 'crashed'
    restarts++

    const now = monotonicTime()
    const due = began + restartTime(now - began, crashes, options.restarts)
    options.onChange({ kind: 'crashed', restartAt: new Date(Date.now() + due - now), due }, crashes)
    if (due > now) await sleep(due - now, undefined, { signal: life }).catch(() => undefined)
    if (stop.aborted) return 'stopped'
    if (life.aborted) crashes = 0
  }
}

/** Ctrl-C also ends the programs that copy the droplet, which is not a fault of the droplet. */
function unlessStopped<T>(starting: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  return starting.catch((error) => {
    if (stop.aborted) return undefined
    throw error
  })
}

/** A GUID without its last part, like Diego's. */
function instanceGuid(): string {
  return randomUUID().slice(0, 28)
}

/**
 * Cloud Controller logs when the platform starts or stops sending requests to the instance. The state survives a crash:
 * cloudfoundry/bbs does not reset it, so a restarted instance is logged only if the state differs.
 */
function routableChanges(spec: InstanceSpec, cell: Cell): InstanceObserver['onRoutable'] {
  let wasRoutable = false
  return (instance, isRoutable) => {
    if (isRoutable === wasRoutable) return
    wasRoutable = isRoutable
    cell.log(SOURCES.api, 'OUT', [api.readinessChanged(eventOf(spec, cell, instance), isRoutable)])
  }
}

/** Removes everything of the instance, even after an internal error. */
async function endOf(instance: Instance): Promise<string | undefined> {
  try {
    return await instance.run()
  } catch (error) {
    await instance.destroy()
    throw error
  }
}

function stateOf(instance: Instance, stop: AbortSignal): SupervisorState {
  const ending =
    stop.aborted ||
    instance.isUnhealthy ||
    instance.processes.some(({ exitStatus }) => exitStatus !== undefined)
  return {
    kind: ending ? 'stopping' : instance.healthySince !== undefined ? 'running' : 'starting',
    instance,
  }
}

function logCrash(
  spec: InstanceSpec,
  cell: Cell,
  instance: Instance,
  exitDescription: string,
  crashCount: number,
): void {
  const { log } = cell
  const event = eventOf(spec, cell, instance)
  log(SOURCES.api, 'OUT', [api.crashed(spec.processType)])
  log(SOURCES.api, 'OUT', [api.exited({ ...event, exitDescription, crashCount, time: new Date() })])
}

function eventOf({ app, index }: InstanceSpec, { id }: Cell, { guid }: Instance): InstanceEvent {
  return { index, appGuid: app.guid, instanceGuid: guid, cellId: id, version: app.version }
}

/** The lines that the cell writes around the end of a container, in their order. */
async function tearDown({ id, log }: Cell, instance: Instance): Promise<void> {
  log(SOURCES.cell, 'OUT', [containerMessages.destroying(id, instance.guid)])
  await instance.destroy()
  log(SOURCES.cell, 'OUT', [containerMessages.destroyed(id, instance.guid)])
}
