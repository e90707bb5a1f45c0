/** Stages the app of `run`, starts its instances, and shows them. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { PLATFORM_CHECK_INTERVAL } from '../diego/cell.ts'
import { PLATFORM_MOST_RESTARTS, PLATFORM_RESTARTS } from '../diego/crash.ts'
import { endedLogFile } from '../diego/ended-log.ts'
import type { InstanceSpec } from '../diego/instance-spec.ts'
import { readRecords, recordsFolder } from '../diego/records.ts'
import { runLocally } from '../diego/run-locally.ts'
import { removeFolder } from '../diego/unpacked-droplet.ts'
import { quote } from '../droplet/shell-quote.ts'
import { goDuration } from '../platform/go/duration.ts'
import { describeMemory } from '../platform/memory-size.ts'
import { InputError } from '../problems/problems.ts'
import { visible, visibleLine } from '../problems/visible.ts'
import { removeWhenInterrupted } from '../system/interrupted.ts'
import { removeWhenKilled } from '../system/remove-when-killed.ts'
import { fromShell, readInputs } from './app-inputs.ts'
import type { CommandLine } from './command-line.ts'
import { detach, isDetached, type LogForm, logForm, reporter } from './detached.ts'
import { withEnvFile } from './env-file.ts'
import { explain } from './explain.ts'
import { liveStatus } from './live-status.ts'
import { type InstanceOptions, isDroplet, plannedInstances } from './planned-instance.ts'
import { containerOf, type StagingInputs, type StagingOptions, stage } from './staging.ts'
import { standIns } from './stand-ins.ts'
import { onStopWanted } from './stop-signals.ts'
import { watchApp } from './watch.ts'
import { type RunStatus, runWatched, whenAborted } from './watched-run.ts'

export interface RunOptions extends StagingOptions, InstanceOptions {
  readonly keep?: string
  readonly restartDelay?: number
  readonly healthInterval?: number
  readonly log?: LogForm
  readonly times?: true
  readonly detach?: true
  readonly watch?: true
  readonly maxRestarts?: number
  readonly cgroup: boolean
  readonly status: boolean
}

/** The command `run`. @returns the exit status */
export async function runApp(app: string | undefined, given: RunOptions, line: CommandLine): Promise<number> {
  if (given.detach && !isDetached(line)) return detach(logForm(given, line), line, given.task !== undefined)
  const options = await withEnvFile(given, line)
  const read = await readInputs(app, options, line)
  const { path, manifest } = read
  const droplet = await isDroplet(path, read.shown)
  if (droplet && given.watch) throw new InputError('--watch requires an app; a droplet is not staged again')
  fromShell(options.envFromShell, line) // reports missing variables before staging
  const inputs = { ...read, container: await containerOf(options, line) }
  if (!droplet) return stageAndRun(options, inputs, line)
  const name = manifest?.name ?? basename(dirname(path))
  return (await run(path, options, { ...inputs, name }, line)).status
}

/** Stages and runs the app; repeatedly with `--watch`. @returns the exit status */
async function stageAndRun(options: RunOptions, inputs: StagingInputs, line: CommandLine): Promise<number> {
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'sidecar-buildpack-staged-'))
  const isKept = options.keep !== undefined
  const hold = isKept ? () => () => undefined : () => removeWhenInterrupted(folder)
  const dismiss = isKept ? () => undefined : removeWhenKilled(folder)
  let release = hold()
  const machine = standIns(inputs, options, folder, line)
  /** @returns the droplet; undefined when staging has failed */
  const stageTo = async (output: string, to: CommandLine): Promise<string | undefined> => {
    const buildpack = await machine.buildpacks()
    const given = { ...options, buildpack, output, asDirectory: !isKept, standIn: machine.find }
    const { exit, droplet } = await stage(given, inputs, to)
    if (exit === 0) return droplet
    to.err(`Staging failed with status ${exit}, as it would on Cloud Foundry.\n`)
    return undefined
  }
  try {
    const droplet = await stageTo(folder, line)
    if (droplet === undefined) return 1
    const env = machine.isUsed() ? withPath(options.env, line) : options.env
    const running = { ...options, env }
    // While instances run, a signal ends them first.
    const onStart = () => release()
    if (!options.watch) return (await run(droplet, running, inputs, line, { onStart })).status
    return await watch(droplet, folder, stageTo, running, inputs, line, {
      onStart,
      onEnd: () => {
        release = hold()
      },
    })
  } finally {
    release()
    if (!isKept) await removeFolder(folder)
    dismiss()
  }
}

/** @param stageTo stages the app as it is now into a directory */
async function watch(
  droplet: string,
  folder: string,
  stageTo: (output: string, to: CommandLine) => Promise<string | undefined>,
  options: RunOptions,
  inputs: StagingInputs,
  line: CommandLine,
  { onStart, onEnd }: { readonly onStart: () => void; readonly onEnd: () => void },
): Promise<number> {
  const appWatch = watchApp(inputs.path)
  const screen: Screen = { write: undefined }
  const above = { ...line, out: (text: string | Uint8Array) => (screen.write ?? line.out)(text) }
  let times = 0
  try {
    return await runWatched(droplet, {
      watch: appWatch,
      note: (text) => above.out(`note: ${text}\n`),
      stage: async () => {
        const to = { ...above, err: above.out }
        try {
          return await stageTo(join(folder, `again-${++times}`), to)
        } catch (thrown) {
          above.out(explain(thrown, line.env))
          return undefined
        }
      },
      run: async (staged, replaced) => {
        const status = await run(staged, options, inputs, line, { onStart, replaced, screen }).finally(onEnd)
        if (options.keep === undefined) await removeFolder(staged)
        return status
      },
    })
  } finally {
    appWatch.end()
  }
}

/** Writes above the status lines of a terminal, if there are any. */
interface Screen {
  write: CommandLine['out'] | undefined
}

/** A runtime of this machine is found by this machine's PATH, unless the user sets another. */
function withPath(env: ReadonlyMap<string, string>, line: CommandLine): ReadonlyMap<string, string> {
  return new Map([['PATH', line.env.PATH ?? ''], ...env])
}

interface RunHooks {
  /** Called when signals end the instances. */
  readonly onStart?: () => void
  /** Aborted when a newer version is staged. */
  readonly replaced?: AbortSignal
  readonly screen?: Screen
}

/** @param droplet with or without the result of its staging beside it */
async function run(
  droplet: string,
  options: RunOptions,
  inputs: StagingInputs,
  line: CommandLine,
  { onStart, replaced, screen }: RunHooks = {},
): Promise<RunStatus> {
  const specs = await plannedInstances(droplet, options, inputs, line)
  const isBackground = isDetached(line)
  const records = recordsFolder(line.env, tmpdir())
  const app = specs[0]?.app
  if (app) noteIfRunning(app.name, records, line)
  for (const spec of specs) line.err(`${visibleLine(introduction(spec, specs.length > 1, isBackground))}\n`)
  const view = options.status ? liveStatus(specs, line) : undefined
  const { restartDelay, maxRestarts, healthInterval } = options
  if (healthInterval !== undefined && specs.some(({ healthCheck }) => healthCheck.kind !== 'process')) {
    const platform = goDuration(PLATFORM_CHECK_INTERVAL)
    line.err(
      `note: health checks run every ${goDuration(healthInterval)} (on Cloud Foundry every ${platform})\n`,
    )
  }
  const { container } = inputs
  const isTerminal = process.stdout.isTTY === true
  const note = (text: string) => (view ? view.write(`note: ${visible(text)}\n`) : line.err(`note: ${text}\n`))
  if (screen && view) screen.write = view.write
  const report = isBackground ? reporter(specs.length) : undefined
  let isStopped = false
  const markStopped = () => {
    isStopped = true
  }
  const ends = await runLocally({
    specs,
    restarts:
      restartDelay === undefined
        ? PLATFORM_RESTARTS
        : { ...PLATFORM_RESTARTS, immediate: 0, firstDelay: restartDelay, mostDelay: restartDelay, round: 0 },
    mostRestarts: maxRestarts ?? PLATFORM_MOST_RESTARTS,
    cgroups: options.cgroup,
    ...(container && { container }),
    records,
    ...(report && app && { endedLog: endedLogFile(records, app.name) }),
    checkInterval: healthInterval ?? (options.watch ? WATCHED_CHECK_INTERVAL : PLATFORM_CHECK_INTERVAL),
    out: view?.write ?? ((text) => line.out(Buffer.from(text))),
    onChange: (spec, state, crashes) => {
      view?.onChange(spec, state, crashes)
      report?.(spec, state.kind)
    },
    room: (report === undefined && line.room) || (() => undefined),
    short: logForm(options, line) === 'short',
    coloured: isTerminal && !line.env.NO_COLOR,
    times: options.times ?? false,
    note,
    onStopRequest: markStopped,
    onStopWanted: (stop) => {
      const forget = onStopWanted({ stop, markStopped, note, isDetached: report !== undefined })
      onStart?.()
      if (replaced) whenAborted(replaced, () => replace(stop))
      return forget
    },
  }).finally(() => {
    if (screen) screen.write = undefined
    view?.end()
  })
  if (ends.includes('crashed')) line.err('error: giving up: --max-restarts reached\n')
  const isDone = ends.every((end) => end === 'stopped' || end === 'succeeded')
  return { status: isDone ? 0 : 1, isStopped }
}

/** Another `run` may have instances of an app of this name. */
function noteIfRunning(app: string, records: string, line: CommandLine): void {
  const others = readRecords(records).filter(({ runner }) => runner.pid !== process.pid)
  if (!others.some((each) => each.app === app)) return
  const isOnly = others.every((each) => each.app === app)
  const stop = isOnly ? 'sidecar-buildpack stop' : `sidecar-buildpack stop ${visibleLine(quote(app))}`
  line.err(`note: ${visibleLine(app)} is running already; to stop it: ${stop}\n`)
}

/** A process that ignores SIGTERM would delay the next version by ten seconds. */
function replace(stop: () => void): void {
  stop()
  setTimeout(stop, REPLACED_WITHIN).unref()
}

/** Milliseconds. */
const REPLACED_WITHIN = 500
/** Who changes the app waits for each check, milliseconds. */
const WATCHED_CHECK_INTERVAL = 200

function introduction(
  { app, processType, index, sidecars, memory, port, healthCheck, task }: InstanceSpec,
  several: boolean,
  isBackground: boolean,
): string {
  const hint = isBackground ? '' : `. Ctrl-C stops ${several ? 'all' : 'it'}.`
  const end = `container of ${describeMemory(memory)}${hint}`
  if (task !== undefined) return `Running task ${task} of ${app.name}, ${end}`
  const names = sidecars.map(({ name }) => name)
  const listed = names.length > 5 ? `${names.length} sidecars` : names.join(', ')
  const added = listed ? ` with ${listed}` : ' without sidecars'
  const where = healthCheck.kind === 'process' ? '' : ` on http://localhost:${port}`
  return `Running ${app.name} (${processType}${several ? `/${index}` : ''})${added}${where}, ${end}`
}
