import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Option } from 'commander'
import { describeMemory } from '../../config/memory-size.ts'
import { InputError } from '../../config/problems.ts'
import type { ContainerChoice } from '../../container/choice.ts'
import type { InstanceSpec } from '../../diego/instance-spec.ts'
import { visible, visibleLine } from '../../system/visible.ts'
import { type AppInputs, fromShell, type InputOptions, readInputs } from '../app-inputs.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { detach, isDetached, logForm, reporter } from '../detached.ts'
import { type EnvOptions, withEnvFile } from '../env-file.ts'
import {
  APP_ARGUMENT,
  addPushOptions,
  assignmentsOption,
  countOption,
  durationOption,
  instancesOption,
  listOption,
  memoryOption,
  portOption,
} from '../options.ts'
import { type InstanceOptions, isDroplet, plannedInstances } from '../planned-instance.ts'

interface Options extends InputOptions, InstanceOptions, EnvOptions {
  readonly buildpack: readonly string[]
  readonly detect?: true
  readonly stack?: string
  readonly cache?: string
  readonly keep?: string
  readonly restartDelay?: number
  readonly healthInterval?: number
  readonly healthTimeout?: number
  readonly log?: 'short' | 'cf'
  readonly detach?: true
  readonly maxRestarts?: number
  readonly cgroup: boolean
  readonly container: boolean
  readonly rootfs?: string
  readonly status: boolean
}

type RunInputs = AppInputs & { readonly container: ContainerChoice | undefined }

/** After so many crashes Diego starts an instance no more. */
const MOST_RESTARTS = 199

/** `sidecar-buildpack run`: an app and its sidecars as Diego runs them. */
export const registerRun: RegisterCommand = (program, line, exit) => {
  const command = program
    .command('run')
    .description(
      'run an app and its sidecars as Cloud Foundry does: codependent, with its logs and crash events',
    )
    .argument('[app]', `what is staged first: ${APP_ARGUMENT}; or a droplet.tgz, which is run as it is`)
    .option(
      '-b, --buildpack <PATH|ZIP|URL|NAME=PATH|NAME=host|sidecar>',
      "as with `stage`; with NAME=host this machine's runtime stands in for the buildpack",
      listOption,
      [],
    )
    .option('--detect', 'as with `stage`: the first buildpack that says yes')
    .option('--stack <name>', 'as with `stage`: CF_STACK')
    .option('--cache <dir>', "as with `stage`: the app's cache, kept between stagings")
    .option('--keep <dir>', 'keep what staging made, droplet.tgz and result.json, there')
  addPushOptions(command)
    .option(
      '--memory <size>',
      'memory of the process, instead of the one in the manifest; default without either: 1G',
      memoryOption,
    )
    .option('--proxy-memory <size>', "what the platform's own proxy gets on top", memoryOption, { bytes: 0 })
    .option('--port <port>', '$PORT of the app; further instances get the next ports', portOption, 8080)
    .option('--process <type>', 'the process type to run; default: web (repeatable)', listOption, [])
    .option('--all', 'run every process type')
    .option(
      '--instances <n>',
      "instances of each process type; the machine's ports go on from --port",
      instancesOption,
      1,
    )
    .option('--task <command>', 'run a task instead, as with cf run-task: no sidecars, no checks, no restart')
    .option('--task-name <name>', 'name of the task in the log (default: random)')
    .option('--services <file>', 'bound services: JSON as in VCAP_SERVICES, or what `cf env APP` prints')
    .option('--env <NAME=VALUE>', 'a variable of the app (several)', assignmentsOption, new Map())
    .option(
      '--env-file <file>',
      'variables of the app: a .env file, or what `cf env APP` prints; --env overrides them',
    )
    .option('--env-from-shell <NAME>', 'a variable of your shell that the app gets (several)', listOption, [])
    .option(
      '--restart-delay <duration>',
      "between a crash and the restart, instead of the platform's",
      durationOption,
    )
    .option(
      '--health-interval <duration>',
      'time between health checks until the app is healthy (default: 2s, as on Cloud Foundry)',
      durationOption,
    )
    .option(
      '--health-timeout <duration>',
      "time until the app has to be healthy, instead of the manifest's timeout; default: 60s",
      durationOption,
    )
    .addOption(
      new Option(
        '--log <form>',
        "form of the log: short, or cf as the platform's; default: short on a terminal, else cf",
      ).choices(['short', 'cf']),
    )
    .option(
      '--ssh',
      'add the log line of the SSH daemon, which ends with each instance where cf ssh is allowed',
    )
    .option('--max-restarts <n>', 'end with status 1 when that many restarts were not enough', countOption)
    .option('--rootfs <DIR|TAR>', "a stack's root file system for the app's container")
    .option('--no-container', 'run on this machine as it is, without a container')
    .option('--no-cgroup', 'watch the memory limit instead of letting the kernel hold it')
    .option('--detach', 'return when the app is healthy, and leave it running; `stop` ends it')
    .option('--no-status', 'no lines with the state of each process below the log of a terminal')
    .addHelpText(
      'after',
      `
Nothing of your shell's environment reaches the app but what --env-from-shell names.
While it runs, \`sidecar-buildpack ps\` shows the processes. Ctrl-C ends all, a second one kills.

Example:
  $ sidecar-buildpack run my-app -f my-app/manifest.yml --port 9000
  $ sidecar-buildpack run staged/droplet.tgz --memory 512M`,
    )
    .action(async (app: string | undefined, given: Options) => {
      if (process.platform !== 'linux') throw new InputError('running an app needs Linux, bash and tar')
      if (given.detach && !isDetached(line)) return exit(await detach(logForm(given, line), line))
      const options = await withEnvFile(given, line)
      const read = await readInputs(app, options, line)
      const { path, manifest } = read
      const droplet = await isDroplet(path, read.shown)
      fromShell(options.envFromShell, line) // what is missing there is said before the app is staged
      const { containerOf } = await import('./stage.ts')
      const inputs = { ...read, container: await containerOf(options, line) }
      if (!droplet) exit(await stageAndRun(options, inputs, line))
      else
        exit(await run(path, options, { ...inputs, name: manifest?.name ?? basename(dirname(path)) }, line))
    })
}

async function stageAndRun(options: Options, inputs: RunInputs, line: CommandLine): Promise<number> {
  const { stage } = await import('./stage.ts')
  const { standIns } = await import('../stand-ins.ts')
  const { removeWhenInterrupted } = await import('../../lifecycle/interrupted.ts')
  const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'sidecar-buildpack-staged-')))
  const machine = standIns(inputs, options, folder, line)
  const release = options.keep === undefined ? removeWhenInterrupted(folder) : () => undefined
  try {
    const { exit, droplet } = await stage({ ...options, output: folder, standIn: machine.find }, inputs, line)
    // From here on a signal ends the app first.
    release()
    if (exit !== 0) {
      line.err(`Staging failed with status ${exit}, as it would on Cloud Foundry.\n`)
      return 1
    }
    const env = machine.isUsed() ? withPath(options.env, line) : options.env
    return await run(droplet, { ...options, env }, inputs, line)
  } finally {
    release()
    if (options.keep === undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** A runtime of this machine is found by its PATH, unless the user gives another. */
function withPath(env: ReadonlyMap<string, string>, line: CommandLine): ReadonlyMap<string, string> {
  return new Map([['PATH', line.env.PATH ?? ''], ...env])
}

async function run(droplet: string, options: Options, inputs: RunInputs, line: CommandLine): Promise<number> {
  const specs = withHealthTimeout(
    await plannedInstances(droplet, options, inputs, line),
    options.healthTimeout,
  )
  const { liveStatus } = await import('../live-status.ts')
  const { runLocally } = await import('../../diego/run-locally.ts')
  const { PLATFORM_RESTARTS } = await import('../../diego/crash.ts')
  const { PLATFORM_CHECK_INTERVAL, PLATFORM_GRACEFUL_SHUTDOWN } = await import('../../diego/cell.ts')
  const { goDuration } = await import('../../diego/go-duration.ts')
  const { recordsFolder } = await import('../../diego/records.ts')
  for (const spec of specs) line.err(`${visibleLine(introduction(spec, specs.length > 1))}\n`)
  const view = options.status ? liveStatus(specs, line) : undefined
  const { restartDelay, maxRestarts, healthInterval } = options
  if (healthInterval !== undefined && specs.some(({ healthCheck }) => healthCheck.kind !== 'process')) {
    const platform = goDuration(PLATFORM_CHECK_INTERVAL)
    line.err(`note: health checks every ${goDuration(healthInterval)}, on Cloud Foundry every ${platform}\n`)
  }
  const { container } = inputs
  const isTerminal = process.stdout.isTTY === true
  const note = (text: string) => (view ? view.write(`note: ${visible(text)}\n`) : line.err(`note: ${text}\n`))
  const report = isDetached(line) ? reporter(specs.length) : undefined
  const ends = await runLocally({
    specs,
    restarts:
      restartDelay === undefined
        ? PLATFORM_RESTARTS
        : { ...PLATFORM_RESTARTS, immediate: 0, firstDelay: restartDelay, mostDelay: restartDelay, round: 0 },
    mostRestarts: maxRestarts ?? MOST_RESTARTS,
    cgroups: options.cgroup,
    ...(container && { container }),
    containers: tmpdir(),
    records: recordsFolder(line.env, tmpdir()),
    checkInterval: healthInterval ?? PLATFORM_CHECK_INTERVAL,
    gracefulShutdown: PLATFORM_GRACEFUL_SHUTDOWN,
    out: view?.write ?? ((text) => line.out(Buffer.from(text))),
    onChange: (spec, state, crashes) => {
      view?.onChange(spec, state, crashes)
      report?.(spec, state.kind)
    },
    room: (report === undefined && line.room) || (() => undefined),
    short: logForm(options, line) === 'short',
    coloured: isTerminal && !line.env.NO_COLOR,
    note,
    onStopWanted: (stop) => onStopWanted(stop, note, report !== undefined),
  }).finally(() => view?.end())
  if (ends.includes('crashed')) line.err('error: giving up: --max-restarts reached\n')
  return ends.every((end) => end === 'stopped' || end === 'succeeded') ? 0 : 1
}

/** Ctrl-C, a signal, or nobody there to read the log any more; in the background nobody has to. */
function onStopWanted(stop: () => void, note: (text: string) => void, isDetached: boolean): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let times = 0
  const stopOrKill = () => {
    stop()
    if (++times === 2) note('killed all processes')
  }
  for (const each of signals) process.on(each, stopOrKill)
  if (!isDetached) process.stdout.on('error', stop)
  return () => {
    for (const each of signals) process.off(each, stopOrKill)
  }
}

function withHealthTimeout(
  specs: readonly InstanceSpec[],
  startTimeout: number | undefined,
): readonly InstanceSpec[] {
  if (startTimeout === undefined) return specs
  return specs.map((spec) =>
    spec.healthCheck.kind === 'process'
      ? spec
      : { ...spec, healthCheck: { ...spec.healthCheck, startTimeout } },
  )
}

function introduction(
  { app, processType, index, sidecars, memory, port, healthCheck, task }: InstanceSpec,
  several: boolean,
): string {
  const end = `container of ${describeMemory(memory)}. Ctrl-C ends ${several ? 'all' : 'it'}.`
  if (task !== undefined) return `Running task ${task} of ${app.name}, ${end}`
  const names = sidecars.map(({ name }) => name)
  const listed = names.length > 5 ? `${names.length} sidecars` : names.join(', ')
  const added = listed ? ` with ${listed}` : ' without sidecars'
  const where = healthCheck.kind === 'process' ? '' : ` on http://localhost:${port}`
  return `Running ${app.name} (${processType}${several ? `/${index}` : ''})${added}${where}, ${end}`
}
