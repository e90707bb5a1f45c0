/** Instances on this machine: their one log, the records that `ps` reads, and the socket that other commands use. */
import { toMegabytes } from '../config/memory-size.ts'
import { listenForControl, type Selection } from './control.ts'
import type { RestartPolicy } from './crash.ts'
import { keepEndedLog } from './ended-log.ts'
import type { Instance } from './instance.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { type LocalCell, localCell } from './local-cell.ts'
import { lineWriter } from './logs/line-writer.ts'
import { type LogForm, type LogMessages, logLineFormatter } from './logs/log-line.ts'
import { recentLog } from './logs/recent.ts'
import { shortLineFormatter } from './logs/short-line.ts'
import { checkNeededPorts, type PortUsers } from './needed-ports.ts'
import { watchPort } from './port-notes.ts'
import { processStat } from './processes/proc.ts'
import { controlSocket, type RunRecord, recordFile, removeRecord, writeRecord } from './records.ts'
import { type RunEnd, type Supervisor, type SupervisorState, supervise } from './supervisor.ts'

export interface LocalRun extends LocalCell, LogForm {
  /** At least one; no two have the same process type and index. */
  readonly specs: readonly InstanceSpec[]
  readonly restarts: RestartPolicy
  readonly mostRestarts: number
  /** Where the records are. */
  readonly records: string
  /** Gets the last lines of the log when an instance has no restart left; removed when a run begins. */
  readonly endedLog?: string
  /** Takes the log: whole lines. */
  readonly out: (text: string | Buffer) => void
  /** Told of everything that changes, with the number of crashes so far. */
  readonly onChange?: (spec: InstanceSpec, state: SupervisorState, crashes: number) => void
  /** Takes what is not the platform's to say: one line without its newline. */
  readonly note: (text: string) => void
  /** Told when another command stops all instances. */
  readonly onStopRequest?: () => void
  /** Calls back whenever the user wants it to end; returns how to be no longer told. */
  readonly onStopWanted: (stop: () => void) => () => void
}

/** Lines that `logs --recent` shows at most. */
const MOST_RECENT = 1000

/**
 * Runs until every instance is stopped or has no restart left; nothing stays behind.
 *
 * @returns the end of each, in the order of `specs`
 * @throws InputError when a port that one needs is in use or the droplet is none
 */
export async function runLocally(run: LocalRun): Promise<readonly RunEnd[]> {
  const { specs } = run
  const writer = lineWriter(run.out)
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
  const formatter = (form: LogForm) =>
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
    if (text.length > 0) writer.write(text)
  }
  const users: PortUsers = new Map()
  for (const spec of specs) supervisors.set(spec, superviseOne(spec, run, { log, users }))
  const forget = run.onStopWanted(() => stop({}))
  if (run.endedLog !== undefined) removeRecord(run.endedLog)
  try {
    const ends = await allEnds([...supervisors.values()], () => stop({}))
    if (run.endedLog !== undefined && ends.includes('crashed')) keepEndedLog(run.endedLog, recent.all())
    return ends
  } finally {
    forget()
    writer.flush()
    control.close()
  }
}

/** When one cannot run at all, the others end before it is told. */
async function allEnds(supervisors: readonly Supervisor[], stop: () => void): Promise<readonly RunEnd[]> {
  const ends = supervisors.map(({ ended }) => ended)
  for (const each of ends) each.catch(stop)
  await Promise.allSettled(ends)
  return Promise.all(ends)
}

interface Shared {
  readonly log: (messages: LogMessages) => void
  readonly users: PortUsers
}

function superviseOne(spec: InstanceSpec, run: LocalRun, { log, users }: Shared): Supervisor {
  const { processType, index } = spec
  const label = run.specs.length > 1 ? ` of ${processType}/${index}` : ''
  const file = recordFile(run.records, process.pid, run.specs.indexOf(spec))
  const socket = controlSocket(run.records, process.pid)
  const cell = localCell(
    run,
    (source, stream, texts) => log({ time: new Date(), source, processType, index, stream, texts }),
    (home) => checkNeededPorts(home, spec, users, label),
  )
  let instance: Instance | undefined
  let isCommandMissingNoted = spec.env.has('PATH')
  const endWatch = watchPort(spec, () => instance, run.note)
  const supervisor = supervise(spec, cell, {
    restarts: run.restarts,
    mostRestarts: run.mostRestarts,
    onChange: (state, crashes) => {
      instance = 'instance' in state ? state.instance : undefined
      writeRecord(file, recordOf(spec, socket, state, crashes))
      run.onChange?.(spec, state, crashes)
      if (isCommandMissingNoted || !isCommandMissing(instance)) return
      isCommandMissingNoted = true
      run.note(PATH_NOTE)
    },
  })
  const forget = () => {
    endWatch()
    removeRecord(file)
  }
  supervisor.ended.then(forget, forget)
  return supervisor
}

const PATH_NOTE =
  "status 127 is a command that was not found: the app has the platform's PATH and what its buildpacks add; " +
  '--env-from-shell PATH gives it yours'

function isCommandMissing(instance: Instance | undefined): boolean {
  return instance?.processes.some(({ exitStatus }) => exitStatus === 127) ?? false
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
      ...(holder !== undefined && { holder }),
      memory: { limit, by: held.kind },
      processes: processes.map(({ name, kind, command, pid, spawnedPid, exitStatus }) => ({
        name,
        kind,
        command,
        ...(pid !== undefined && { pid }),
        ...(spawnedPid !== undefined && { spawnedPid }),
        ...(exitStatus !== undefined && { exitStatus }),
      })),
    },
  }
}
