/** Instances on this machine: their one log, the records that `ps` reads, and the socket that other commands use. */
import { toMegabytes } from '../platform/memory-size.ts'
import { processStat } from '../system/proc.ts'
import { type LocalCell, localCell } from './cell.ts'
import { listenForControl, type Selection } from './control.ts'
import type { RestartPolicy } from './crash.ts'
import { keepEndedLog } from './ended-log.ts'
import { exitNotes } from './exit-notes.ts'
import type { Instance } from './instance.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { type LogLineForm, type LogMessages, logLineFormatter } from './logs/log-line.ts'
import { recentLog } from './logs/recent.ts'
import { shortLineFormatter } from './logs/short-line.ts'
import { checkPortsTogether, type PortCheck } from './needed-ports.ts'
import { watchPort, watchSidecarPorts } from './port-notes.ts'
import { controlSocket, type RunRecord, recordFile, removeRecord, writeRecord } from './records.ts'
import { type RunEnd, type Supervisor, type SupervisorState, supervise } from './supervisor.ts'

interface LocalRun extends LocalCell, LogLineForm {
  /** At least one; each with a different process type or index. */
  readonly specs: readonly InstanceSpec[]
  readonly restarts: RestartPolicy
  readonly mostRestarts: number
  /** Directory of the records. */
  readonly records: string
  /** Gets the last lines of the log when an instance gives up restarting; removed when a run starts. */
  readonly endedLog?: string
  /** Receives the log in whole lines. */
  readonly out: (text: string | Buffer) => void
  /** Called at every change, with the number of crashes so far. */
  readonly onChange?: (spec: InstanceSpec, state: SupervisorState, crashes: number) => void
  /** Receives notes that are not the platform's: one line without its newline. */
  readonly note: (text: string) => void
  /** Called when another command stops all instances. */
  readonly onStopRequest?: () => void
  /** Calls back whenever the user wants it to end; returns a function that unregisters the callback. */
  readonly onStopWanted: (stop: () => void) => () => void
}

/** The maximum number of lines of `logs --recent`. */
const MOST_RECENT = 1000

/**
 * Runs until every instance is stopped or may not restart again. Leaves nothing behind.
 *
 * @returns the end of each, in the order of `specs`
 * @throws InputError when a required port is in use, or the droplet is invalid
 */
export async function runLocally(run: LocalRun): Promise<readonly RunEnd[]> {
  const { specs } = run
  const recent = recentLog(MOST_RECENT)
  const supervisors = new Map<InstanceSpec, Supervisor>()
  const selected = ({ processType, index }: Selection) =>
    [...supervisors].flatMap(([spec, supervisor]) =>
      (processType ?? spec.processType) === spec.processType && (index ?? spec.index) === spec.index
        ? [supervisor]
        : [],
    )
  const stop = (selection: Selection) => {
    for (const each of selected(selection)) each.stop()
  }
  const formatter = (form: LogLineForm) =>
    form.short ? shortLineFormatter(form, specs) : logLineFormatter(form.coloured)
  const control = listenForControl(controlSocket(run.records, process.pid), {
    stop: (selection) => {
      if (selected(selection).length === supervisors.size) run.onStopRequest?.()
      stop(selection)
    },
    restart: (selection) => {
      for (const each of selected(selection)) each.restart()
    },
    recent,
    format: formatter,
  })
  const format = formatter(run)
  const log = (messages: LogMessages) => {
    recent.add(messages)
    control.log(messages)
    const text = format(messages)
    if (text.length > 0) run.out(text)
  }
  const ports = checkPortsTogether(specs)
  const shared = { log, ports, isUnrecordedNoted: false }
  for (const spec of specs) supervisors.set(spec, superviseOne(spec, run, shared))
  const forget = run.onStopWanted(() => stop({}))
  if (run.endedLog !== undefined) removeRecord(run.endedLog)
  try {
    const ends = await allEnds([...supervisors.values()], () => stop({}))
    if (run.endedLog !== undefined && ends.includes('crashed')) keepEndedLog(run.endedLog, recent.all())
    return ends
  } finally {
    forget()
    control.close()
  }
}

/** If one cannot run at all, the others are stopped before that is reported. */
async function allEnds(supervisors: readonly Supervisor[], stop: () => void): Promise<readonly RunEnd[]> {
  const ends = supervisors.map(({ ended }) => ended)
  for (const each of ends) each.catch(stop)
  await Promise.allSettled(ends)
  return Promise.all(ends)
}

interface Shared {
  readonly log: (messages: LogMessages) => void
  readonly ports: PortCheck
  /** One note for a run, whatever its number of instances. */
  isUnrecordedNoted: boolean
}

function superviseOne(spec: InstanceSpec, run: LocalRun, shared: Shared): Supervisor {
  const { log, ports } = shared
  const directory = run.records
  const { processType, index } = spec
  const file = recordFile(directory, process.pid, run.specs.indexOf(spec))
  const socket = controlSocket(run.records, process.pid)
  const cell = localCell(
    run,
    (source, stream, texts) => log({ time: new Date(), source, processType, index, stream, texts }),
    (home) => ports.passed(spec, home),
  )
  let instance: Instance | undefined
  const noteExits = exitNotes(spec, run.note)
  const appPort = watchPort(spec, () => instance, run.note)
  const sidecarPorts = watchSidecarPorts(spec, () => instance, run.note)
  const supervisor = supervise(spec, cell, {
    restarts: run.restarts,
    mostRestarts: run.mostRestarts,
    onChange: (state, crashes) => {
      instance = 'instance' in state ? state.instance : undefined
      const isRecorded = writeRecord(file, recordOf(spec, socket, state, crashes))
      if (!isRecorded && !shared.isUnrecordedNoted) {
        shared.isUnrecordedNoted = true
        run.note(
          `no record can be written to ${directory}, so ps, logs and stop do not know this run; to stop it: kill ${process.pid}`,
        )
      }
      // `--detach` returns when the app is healthy.
      if (state.kind === 'running') appPort.look()
      run.onChange?.(spec, state, crashes)
      if (instance) noteExits(instance)
    },
  })
  const forget = () => {
    appPort.end()
    sidecarPorts.end()
    removeRecord(file)
  }
  // An instance that never started must not let the others wait for it.
  supervisor.ended.then(
    () => ports.fail(new Error('stopped')),
    (error) => ports.fail(error),
  )
  supervisor.ended.then(forget, forget)
  return supervisor
}

function recordOf(spec: InstanceSpec, control: string, state: SupervisorState, crashes: number): RunRecord {
  const { app, processType, index, port, memory, proxyMemory } = spec
  const runner = { pid: process.pid, startTime: processStat(process.pid)?.startTime ?? 0 }
  const base = { runner, app: app.name, processType, index, control, port, state: state.kind, crashes }
  if (state.kind === 'crashed') return { ...base, restartAt: state.restartAt.toISOString() }
  const { guid, home, holder, memory: held, processes } = state.instance
  const limit = toMegabytes({ bytes: memory.bytes + proxyMemory.bytes })
  return {
    ...base,
    instance: {
      guid,
      home,
      holder,
      memory: { limit, by: held.kind },
      processes: processes.map(({ name, kind, command, pid, spawnedPid, exitStatus, ports }) => {
        return { name, kind, command, pid, spawnedPid, exitStatus, ports }
      }),
    },
  }
}
