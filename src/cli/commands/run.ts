import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describeMemory } from '../../config/memory-size.ts'
import { InputError } from '../../config/problems.ts'
import type { ContainerChoice } from '../../container/choice.ts'
import type { InstanceSpec } from '../../diego/instance-spec.ts'
import { visible, visibleLine } from '../../system/visible.ts'
import { type AppInputs, fromShell, type InputOptions, readInputs } from '../app-inputs.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import {
  APP_ARGUMENT,
  addPushOptions,
  assignmentsOption,
  countOption,
  durationOption,
  listOption,
  memoryOption,
  portOption,
} from '../options.ts'
import { type InstanceOptions, isDroplet, plannedInstance } from '../planned-instance.ts'

interface Options extends InputOptions, InstanceOptions {
  readonly buildpack: readonly string[]
  readonly detect?: true
  readonly stack?: string
  readonly cache?: string
  readonly keep?: string
  readonly restartDelay?: number
  readonly healthInterval?: number
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
      '-b, --buildpack <PATH|ZIP|URL|NAME=PATH|sidecar>',
      'as with `stage`: in order, the last is final',
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
    .option('--port <port>', 'what the app gets as $PORT', portOption, 8080)
    .option('--process <type>', 'which process type', 'web')
    .option('--task <command>', 'run a task instead, as with cf run-task: no sidecars, no checks, no restart')
    .option('--task-name <name>', 'name of the task in the log (default: random)')
    .option('--services <file>', 'bound services: JSON as in VCAP_SERVICES, or as `cf env` shows it')
    .option('--env <NAME=VALUE>', 'a variable of the app (several)', assignmentsOption, new Map())
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
      '--ssh',
      'add the log line of the SSH daemon, which ends with each instance where cf ssh is allowed',
    )
    .option('--max-restarts <n>', 'end with status 1 when that many restarts were not enough', countOption)
    .option('--rootfs <DIR|TAR>', "a stack's root file system for the app's container")
    .option('--no-container', 'run on this machine as it is, without a container')
    .option('--no-cgroup', 'watch the memory limit instead of letting the kernel hold it')
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
    .action(async (app: string | undefined, options: Options) => {
      if (process.platform !== 'linux') throw new InputError('running an app needs Linux, bash and tar')
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
  const { removeWhenInterrupted } = await import('../../lifecycle/interrupted.ts')
  const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'sidecar-buildpack-staged-')))
  const release = options.keep === undefined ? removeWhenInterrupted(folder) : () => undefined
  try {
    const { exit, droplet } = await stage({ ...options, output: folder }, inputs, line)
    // From here on a signal ends the app first.
    release()
    if (exit !== 0) {
      line.err(`Staging failed with status ${exit}, as it would on Cloud Foundry.\n`)
      return 1
    }
    return await run(droplet, options, inputs, line)
  } finally {
    release()
    if (options.keep === undefined) await rm(folder, { recursive: true, force: true })
  }
}

async function run(droplet: string, options: Options, inputs: RunInputs, line: CommandLine): Promise<number> {
  const spec = await plannedInstance(droplet, options, inputs, line)
  const { liveStatus } = await import('../live-status.ts')
  const { runLocally } = await import('../../diego/run-locally.ts')
  const { PLATFORM_RESTARTS } = await import('../../diego/crash.ts')
  const { PLATFORM_CHECK_INTERVAL, PLATFORM_GRACEFUL_SHUTDOWN } = await import('../../diego/cell.ts')
  const { goDuration } = await import('../../diego/go-duration.ts')
  const { recordsFolder } = await import('../../diego/records.ts')
  line.err(`${visibleLine(introduction(spec))}\n`)
  const view = options.status ? liveStatus(spec, line) : undefined
  const { restartDelay, maxRestarts, healthInterval } = options
  if (healthInterval !== undefined && spec.healthCheck.kind !== 'process') {
    const platform = goDuration(PLATFORM_CHECK_INTERVAL)
    line.err(`note: health checks every ${goDuration(healthInterval)}, on Cloud Foundry every ${platform}\n`)
  }
  const { container } = inputs
  const ended = await runLocally({
    spec,
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
    ...(view && { onChange: view.onChange }),
    room: line.room ?? (() => undefined),
    coloured: process.stdout.isTTY === true && !line.env.NO_COLOR,
    note: (text) => (view ? view.write(`note: ${visible(text)}\n`) : line.err(`note: ${text}\n`)),
    onStopWanted,
  }).finally(() => view?.end())
  if (ended === 'crashed') line.err('The instance has crashed too often: no restart is left.\n')
  return ended === 'stopped' || ended === 'succeeded' ? 0 : 1
}

/** Ctrl-C, a signal, or nobody there to read the log any more. */
function onStopWanted(stop: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const each of signals) process.on(each, stop)
  process.stdout.on('error', stop)
  return () => {
    for (const each of signals) process.off(each, stop)
  }
}

function introduction(spec: InstanceSpec): string {
  const { app, processType, sidecars, memory, port, healthCheck, task } = spec
  if (task !== undefined)
    return `Running task ${task} of ${app.name}, container of ${describeMemory(memory)}. Ctrl-C ends it.`
  const names = sidecars.map(({ name }) => name)
  const listed = names.length > 5 ? `${names.length} sidecars` : names.join(', ')
  const beside = listed ? ` with ${listed}` : ' without sidecars'
  const where = healthCheck.kind === 'process' ? '' : ` on http://localhost:${port}`
  return `Running ${app.name} (${processType})${beside}${where}, container of ${describeMemory(memory)}. Ctrl-C ends it.`
}
