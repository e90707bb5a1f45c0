/**
 * Keeps one instance of a process type running, as Cloud Controller and Diego do: each crash is told in the
 * app's log, and after the platform's delay the instance starts again in a fresh container.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { crashEventText, nextCrashCount, type RestartPolicy, restartDelay } from './crash.ts'
import { type Cell, type Instance, startInstance } from './instance.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { monotonicTime } from './monotonic.ts'

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
  /** Told of everything that changes, with the number of crashes so far. */
  readonly onChange: (state: SupervisorState, crashes: number) => void
}

export interface Supervisor {
  /** `stopped` by `stop`; `crashed` when no restart was left. */
  readonly ended: Promise<'stopped' | 'crashed'>
  /** The first time asks everybody to end, the second time kills. */
  stop(): void
}

export function supervise(spec: InstanceSpec, cell: Cell, options: SupervisorOptions): Supervisor {
  const stopping = new AbortController()
  const current: { instance?: Instance } = {}
  return {
    ended: runUntilEnd(spec, cell, options, stopping.signal, current),
    stop: () => {
      if (stopping.signal.aborted) current.instance?.kill()
      else {
        stopping.abort()
        current.instance?.stop()
      }
    },
  }
}

async function runUntilEnd(
  spec: InstanceSpec,
  cell: Cell,
  options: SupervisorOptions,
  stop: AbortSignal,
  current: { instance?: Instance },
): Promise<'stopped' | 'crashed'> {
  let crashes = 0
  for (let starts = 0; ; starts++) {
    // As long as Diego's: a GUID without its last part.
    const identity = { guid: randomUUID().slice(0, 28), address: cell.address }
    const change = (instance: Instance) => options.onChange(stateOf(instance, stop), crashes)
    const instance = await startInstance(spec, identity, cell, change)
    current.instance = instance
    if (stop.aborted) instance.stop()
    change(instance)

    const reason = await ending(instance)
    const crashed = !stop.aborted
    if (crashed) {
      const { healthySince } = instance
      const healthyFor = healthySince === undefined ? undefined : monotonicTime() - healthySince
      crashes = nextCrashCount(crashes, healthyFor, options.restarts)
    }
    await tearDown(spec, cell, instance, crashed ? { reason: reason ?? '', crashes } : undefined)
    delete current.instance
    if (!crashed) return 'stopped'
    if (starts >= options.mostRestarts) return 'crashed'

    const delay = restartDelay(crashes, options.restarts)
    const due = monotonicTime() + delay
    options.onChange({ kind: 'crashed', restartAt: new Date(Date.now() + delay), due }, crashes)
    if (delay > 0) await sleep(delay, undefined, { signal: stop }).catch(() => undefined)
    if (stop.aborted) return 'stopped'
  }
}

/** Whatever goes wrong with us, nothing of the instance stays. */
async function ending(instance: Instance): Promise<string | undefined> {
  try {
    return await instance.ended
  } catch (error) {
    await instance.destroy()
    throw error
  }
}

function stateOf(instance: Instance, stop: AbortSignal): SupervisorState {
  const ending = stop.aborted || instance.processes.some(({ exit }) => exit)
  return {
    kind: ending ? 'stopping' : instance.healthySince !== undefined ? 'running' : 'starting',
    instance,
  }
}

/** The lines that the platform writes around the end of a container, in their order. */
async function tearDown(
  spec: InstanceSpec,
  cell: Cell,
  instance: Instance,
  crash: { readonly reason: string; readonly crashes: number } | undefined,
): Promise<void> {
  const { id, log } = cell
  if (crash) log('CELL', 'OUT', `Cell ${id} stopping instance ${instance.guid}`)
  log('CELL', 'OUT', `Cell ${id} destroying container for instance ${instance.guid}`)
  if (crash) {
    log('API', 'OUT', `Process has crashed with type: "${spec.processType}"`)
    const text = crashEventText({
      appGuid: spec.app.guid,
      instanceGuid: instance.guid,
      cellId: id,
      exitDescription: crash.reason,
      crashCount: crash.crashes,
      time: new Date(),
      version: spec.app.version,
    })
    log('API', 'OUT', text)
  }
  await instance.destroy()
  log('CELL', 'OUT', `Cell ${id} successfully destroyed container for instance ${instance.guid}`)
}
