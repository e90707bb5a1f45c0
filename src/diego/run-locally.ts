/** An instance on this machine: the cell that it runs on, its log, and the record that `ps` reads. */
import { hostname } from 'node:os'
import { toMegabytes } from '../config/memory-size.ts'
import type { ContainerChoice } from '../container/choice.ts'
import { guidFrom } from '../lifecycle/guid.ts'
import { prepareLaunch } from '../lifecycle/launching/launch.ts'
import type { Cell } from './cell.ts'
import type { RestartPolicy } from './crash.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { type LineWriter, lineWriter } from './logs/line-writer.ts'
import { type LogMessages, logLineFormatter } from './logs/log-line.ts'
import { machineAddress } from './machine-address.ts'
import { checkNeededPorts } from './needed-ports.ts'
import type { Launch } from './processes/launch.ts'
import { listeners } from './processes/listening.ts'
import { processStat } from './processes/proc.ts'
import { type RunRecord, recordFile, removeRecord, writeRecord } from './records.ts'
import { type RunEnd, type SupervisorState, supervise } from './supervisor.ts'

export interface LocalRun {
  readonly spec: InstanceSpec
  readonly restarts: RestartPolicy
  readonly mostRestarts: number
  /** Whether the kernel may hold the memory limit. */
  readonly cgroups: boolean
  /** Absent: the instance runs on this machine as it is. */
  readonly container?: ContainerChoice
  /** Where containers are made. */
  readonly containers: string
  /** Where the records are. */
  readonly records: string
  /** Between two health checks until one passes, milliseconds. */
  readonly checkInterval: number
  /** Between SIGTERM and SIGKILL, milliseconds. */
  readonly gracefulShutdown: number
  /** Takes the log: whole lines. */
  readonly out: (text: string | Buffer) => void
  /** While the reader of the log is slow: resolves when it has caught up. */
  readonly room: () => Promise<void> | undefined
  readonly coloured: boolean
  /** Told of everything that changes, with the number of crashes so far. */
  readonly onChange?: (state: SupervisorState, crashes: number) => void
  /** Takes what is not the platform's to say: one line without its newline. */
  readonly note: (text: string) => void
  /** Calls back whenever the user wants it to end; returns how to be no longer told. */
  readonly onStopWanted: (stop: () => void) => () => void
}

/**
 * Runs until it is stopped or no restart is left; nothing stays behind.
 * @throws InputError when a port that it needs is in use or the droplet is none
 */
export async function runLocally(run: LocalRun): Promise<RunEnd> {
  const { spec } = run
  const writer = lineWriter(run.out)
  const file = recordFile(run.records, process.pid)
  let missed = false
  const supervisor = supervise(spec, localCell(run, writer.write), {
    restarts: run.restarts,
    mostRestarts: run.mostRestarts,
    onChange: (state, crashes) => {
      writeRecord(file, recordOf(spec, state, crashes))
      run.onChange?.(state, crashes)
      if (!missed && isCommandMissing(state)) {
        missed = true
        if (!spec.env.has('PATH')) run.note(PATH_NOTE)
      }
    },
  })
  const endWatch = watchForLoopback(run)
  const forget = run.onStopWanted(() => supervisor.stop())
  try {
    return await supervisor.ended
  } finally {
    forget()
    endWatch()
    removeRecord(file)
    writer.flush()
  }
}

function localCell(run: LocalRun, write: LineWriter['write']): Cell {
  const format = logLineFormatter(run.coloured)
  let portsChecked = false
  return {
    id: guidFrom(`cell ${hostname()}`),
    get address() {
      return machineAddress()
    },
    containers: run.containers,
    cgroups: run.cgroups,
    ...(run.container && { container: run.container }),
    prepareLaunch: async (request) => {
      // Once: a restart finds what the instance before it has left, and waits for nobody.
      if (!portsChecked) checkNeededPorts(request.dropletDir, run.spec)
      portsChecked = true
      return asLaunch(await prepareLaunch(request))
    },
    log: (source, stream, texts) =>
      write(format({ time: new Date(), source, stream, texts } satisfies LogMessages)),
    room: run.room,
    checkInterval: run.checkInterval,
    gracefulShutdown: run.gracefulShutdown,
  }
}

/** What the launcher refuses becomes a process that says so and ends with its status. */
function asLaunch(prepared: Awaited<ReturnType<typeof prepareLaunch>>): Launch {
  if (prepared.kind === 'refused') {
    const script = 'printf "%s\\n" "$0" >&2; exit "$1"'
    const argv = ['sh', '-c', script, prepared.stderr, String(prepared.exit)] as const
    return { file: '/bin/sh', argv: [...argv], env: {}, cwd: '/' }
  }
  return prepared
}

const PATH_NOTE =
  "status 127 is a command that was not found: the app has the platform's PATH and what its buildpacks add; " +
  '--env-from-shell PATH gives it yours'

function isCommandMissing(state: SupervisorState): boolean {
  return 'instance' in state && state.instance.processes.some(({ exitStatus }) => exitStatus === 127)
}

const LOOPBACK_NOTE =
  "the app listens on the loopback address only, which Cloud Foundry's health check cannot reach; " +
  'listen on 0.0.0.0 and $PORT'
const LOOPBACK_WATCH = 500

/**
 * Notes once that the app's first listener is on loopback, without waiting for the health check's timeout.
 * @returns ends the watch
 */
function watchForLoopback({ spec, note }: LocalRun): () => void {
  if (spec.healthCheck.kind === 'process') return () => undefined
  const timer = setInterval(() => {
    const found = listeners(spec.port)
    if (found.length === 0) return
    clearInterval(timer)
    if (found.every(({ loopback }) => loopback)) note(LOOPBACK_NOTE)
  }, LOOPBACK_WATCH)
  return () => clearInterval(timer)
}

function recordOf(spec: InstanceSpec, state: SupervisorState, crashes: number): RunRecord {
  const { app, processType, port, memory, proxyMemory } = spec
  const runner = { pid: process.pid, startTime: processStat(process.pid)?.startTime ?? 0 }
  const base = { runner, app: app.name, processType, port, state: state.kind, crashes }
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
