import { areListenedOn } from '../../diego/processes/listening.ts'
import { programOf } from '../../diego/processes/program.ts'
import type { ProcessRecord, RunRecord } from '../../diego/records.ts'
import { InputError } from '../../problems/problems.ts'
import { visibleLine } from '../../problems/visible.ts'
import { commandLine, isAlive, processStat, proportionalSize } from '../../system/proc.ts'
import type { RegisterCommand } from '../command-line.ts'
import {
  addChoice,
  allInstances,
  type InstanceChoice,
  instanceName,
  matching,
  runningInstances,
} from '../running-apps.ts'

interface PsOptions extends InstanceChoice {
  readonly json?: true
  readonly pid?: string
}

/** A process of an instance as it is now. */
interface ProcessRow {
  readonly pid: number | null
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  readonly state: string
  /** MiB, while it runs; shared pages are divided among the processes that share them. */
  readonly memory: number | null
  readonly command: string
}

/** `sidecar-buildpack ps`: shows the processes of the local instances. */
export const registerPs: RegisterCommand = (program, line) => {
  addChoice(
    program.command('ps').description('show the processes of all running apps, or of one'),
    'all',
    'all',
  )
    .option('--json', 'print the processes as JSON')
    .option('--pid <name>', 'only print the pid of this sidecar or process type')
    .addHelpText(
      'after',
      `
Example, while an app runs in another terminal:
  $ sidecar-buildpack ps
  $ kill -9 $(sidecar-buildpack ps --pid config-server)`,
    )
    .action((app: string | undefined, { json, pid, ...choice }: PsOptions) => {
      const isAll = [app, pid, choice.process, choice.index].every((each) => each === undefined)
      const { ofApp, listed } = isAll
        ? { ofApp: allInstances(line), listed: '' }
        : runningInstances(app, line)
      const records = isAll ? ofApp : matching(ofApp, choice, listed)
      const runs = records.map((record) => ({
        ...record,
        processes: (record.instance?.processes ?? []).map(row),
      }))
      if (pid !== undefined) line.out(`${pidOf(pid, runs)}\n`)
      else if (json) line.out(`${JSON.stringify(runs.map(jsonOf), undefined, 2)}\n`)
      else line.out(runs.length === 0 ? 'No instance is running.\n' : runs.map(describeRun).join('\n'))
    })
}

type Run = RunRecord & { readonly processes: readonly ProcessRow[] }

function row({ name, kind, command, pid: started, exitStatus, ports = [] }: ProcessRecord): ProcessRow {
  const pid = started === undefined ? undefined : programOf(started)
  const alive = pid !== undefined && exitStatus === undefined && isAlive(pid)
  return {
    pid: pid ?? null,
    name,
    kind,
    state: alive ? stateOf(pid, ports) : exitStatus === undefined ? 'ended' : `exited ${exitStatus}`,
    memory: alive ? Math.round(proportionalSize(pid) / 1024 ** 2) : null,
    command: (alive && commandLine(pid)) || command,
  }
}

function stateOf(pid: number, ports: readonly number[]): string {
  if (processStat(pid)?.state === 'T') return 'suspended'
  return areListenedOn(ports) ? 'running' : 'waiting'
}

/** @throws InputError unless exactly one process has this name */
function pidOf(name: string, runs: readonly Run[]): number {
  const running = runs.flatMap((run) =>
    run.processes.flatMap(({ name, memory, pid }) =>
      memory !== null && pid !== null ? [{ run, name, pid }] : [],
    ),
  )
  const [found, ...others] = running.filter((each) => each.name === name)
  if (!found) {
    const names = [...new Set(running.map((each) => each.name))].join(', ')
    throw new InputError(`process ${name} is not running${names && `; running: ${names}`}`)
  }
  if (others.length === 0) return found.pid
  const pids = [found, ...others].map(({ run, pid }) => `${pid} of ${instanceName(run)}`).join(', ')
  const isSame = (key: 'app' | 'processType' | 'index') =>
    others.every(({ run }) => run[key] === found.run[key])
  const several = `several processes ${name} are running: ${pids}`
  if (!isSame('app')) throw new InputError(`${several}; add the name of the app`)
  if (!isSame('processType')) throw new InputError(`${several}; add --process TYPE`)
  throw new InputError(isSame('index') ? several : `${several}; add -i INDEX`)
}

function describeRun(run: Run): string {
  const { state, crashes, port, instance, restartAt, processes } = run
  const facts = [
    instanceName(run),
    state === 'crashed' ? `crashed, restarts at ${restartAt?.slice(11, 19)} UTC` : state,
    `${crashes} ${crashes === 1 ? 'crash' : 'crashes'}`,
    `port ${port}`,
    ...(instance ? [`memory ${instance.memory.limit}M`, instance.home] : []),
  ]
  const table = processes.map(({ pid, name, kind, state, memory, command }) =>
    [
      String(pid ?? '-'),
      kind === 'app' ? name : `${name} (sidecar)`,
      state,
      memory === null ? '-' : `${memory}M`,
      command.replaceAll(/\s+/g, ' '),
    ].map(visibleLine),
  )
  return `${visibleLine(facts.join(', '))}\n${columns([['PID', 'PROCESS', 'STATE', 'MEMORY', 'COMMAND'], ...table])}`
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((each) => each[column]?.length ?? 0)),
  )
  return rows
    .map((each) => `  ${each.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .map((text) => `${text}\n`)
    .join('')
}

function jsonOf(run: Run) {
  const { app, processType, index, state, crashes, port, restartAt, instance, runner, processes } = run
  const { guid, home, memory } = instance ?? {}
  const common = { app, processType, index, state, crashes, port, restartAt }
  return { ...common, instance: guid, home, memory, runner: runner.pid, processes }
}
