import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { MemorySize } from '../../config/memory-size.ts'
import { describeMemory } from '../../config/memory-size.ts'
import { describeProblem, InputError, Problems } from '../../config/problems.ts'
import type { AppManifest } from '../../lifecycle/app-manifest.ts'
import type { InstanceSpec } from '../../lifecycle/instance/instance-spec.ts'
import type { BoundServices } from '../../lifecycle/instance/services-file.ts'
import type { StagedApp } from '../../lifecycle/instance/staged-app.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import {
  assignmentsOption,
  countOption,
  durationOption,
  listOption,
  memoryOption,
  portOption,
} from '../options.ts'

interface Options {
  readonly manifest?: string
  readonly app?: string
  readonly memory?: MemorySize
  readonly proxyMemory: MemorySize
  readonly port: number
  readonly process: string
  readonly services?: string
  readonly env: ReadonlyMap<string, string>
  readonly envFromShell: readonly string[]
  readonly restartDelay?: number
  readonly maxRestarts?: number
  readonly cgroup: boolean
}

/** After so many crashes Diego starts an instance no more. */
const MOST_RESTARTS = 199

/** `sidecar-buildpack run`: an app and its sidecars as Diego runs them. */
export const registerRun: RegisterCommand = (program, line, exit) => {
  program
    .command('run')
    .description(
      'run an app and its sidecars as Cloud Foundry does: codependent, with its logs and crash events',
    )
    .argument('<droplet>', 'a droplet.tgz, with its result.json beside it')
    .option('-f, --manifest <file>', 'the app manifest: its memory, env, processes and sidecars count')
    .option('--app <name>', 'which application of a manifest that has several')
    .option('--memory <size>', 'of the container; default: of the manifest, else 1G', memoryOption)
    .option('--proxy-memory <size>', "what the platform's own proxy gets on top", memoryOption, { bytes: 0 })
    .option('--port <port>', 'what the app gets as $PORT', portOption, 8080)
    .option('--process <type>', 'which process type', 'web')
    .option('--services <file>', 'bound services: JSON as in VCAP_SERVICES, or as `cf env` shows it')
    .option('--env <NAME=VALUE>', 'a variable of the app (several)', assignmentsOption, new Map())
    .option('--env-from-shell <NAME>', 'a variable of your shell that the app gets (several)', listOption, [])
    .option(
      '--restart-delay <duration>',
      "between a crash and the restart, instead of the platform's",
      durationOption,
    )
    .option('--max-restarts <n>', 'end with status 1 when that many restarts were not enough', countOption)
    .option('--no-cgroup', 'watch the memory limit instead of letting the kernel hold it')
    .addHelpText(
      'after',
      `
Nothing of your shell's environment reaches the app but what --env-from-shell names.
While it runs, \`sidecar-buildpack ps\` shows the processes. Ctrl-C ends all, a second one kills.

Example:
  $ sidecar-buildpack stage my-app -o staged
  $ sidecar-buildpack run staged/droplet.tgz -f my-app/manifest.yml --memory 512M`,
    )
    .action(async (droplet: string, options: Options) => {
      exit(await run(droplet, options, line))
    })
}

async function run(droplet: string, options: Options, line: CommandLine): Promise<number> {
  if (process.platform !== 'linux') throw new InputError('running an app needs Linux, bash and tar')
  const spec = await planned(resolve(line.cwd, droplet), options, line)
  const { runLocally } = await import('../../lifecycle/instance/run-locally.ts')
  const { PLATFORM_RESTARTS } = await import('../../lifecycle/instance/crash.ts')
  const { recordsFolder } = await import('../../lifecycle/instance/records.ts')
  line.err(`${introduction(spec)}\n`)
  const { restartDelay, maxRestarts } = options
  const ended = await runLocally({
    spec,
    restarts:
      restartDelay === undefined
        ? PLATFORM_RESTARTS
        : { ...PLATFORM_RESTARTS, immediate: 0, firstDelay: restartDelay, mostDelay: restartDelay },
    mostRestarts: maxRestarts ?? MOST_RESTARTS,
    cgroups: options.cgroup,
    containers: tmpdir(),
    records: recordsFolder(line.env, tmpdir()),
    gracefulShutdown: 10_000,
    out: line.out,
    room: line.room ?? (() => undefined),
    coloured: process.stdout.isTTY === true && !line.env.NO_COLOR,
    note: (text) => line.err(`note: ${text}\n`),
    onStopWanted,
  })
  if (ended === 'stopped') return 0
  line.err('The instance has crashed too often: no restart is left.\n')
  return 1
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

async function planned(droplet: string, options: Options, line: CommandLine): Promise<InstanceSpec> {
  const { planInstance } = await import('../../lifecycle/instance/plan-instance.ts')
  const problems = new Problems()
  const manifest = await manifestOf(options, line, problems)
  problems.throwIfErrors()
  const staged = await stagedApp(droplet)
  const services = await servicesOf(options, manifest, line)
  const spec = planInstance(
    {
      appName: manifest?.name ?? basename(dirname(droplet)),
      staged,
      manifest,
      processType: options.process,
      memory: options.memory,
      proxyMemory: options.proxyMemory,
      port: options.port,
      env: new Map([...fromShell(options.envFromShell, line), ...options.env]),
      services: services.json,
      droplet,
    },
    problems,
  )
  problems.throwIfErrors()
  for (const problem of problems.sorted()) line.err(`warning: ${describeProblem(problem)}\n`)
  if (!spec) throw new InputError('there is nothing to run')
  return spec
}

async function manifestOf(
  options: Options,
  line: CommandLine,
  problems: Problems,
): Promise<AppManifest | undefined> {
  if (options.manifest === undefined) return undefined
  const { readAppManifest } = await import('../../lifecycle/app-manifest.ts')
  const text = await readText(resolve(line.cwd, options.manifest), options.manifest)
  return readAppManifest(text, options.manifest, problems, options.app)
}

/** What staging found: from the result beside the droplet, else as far as the droplet itself tells it. */
async function stagedApp(droplet: string): Promise<StagedApp> {
  const result = join(dirname(droplet), 'result.json')
  const text = await readFile(result, 'utf8').catch(() => undefined)
  if (text === undefined) {
    const { readStagedDroplet } = await import('../../lifecycle/instance/staged-droplet.ts')
    return readStagedDroplet(droplet)
  }
  const { readStagedApp } = await import('../../lifecycle/instance/staged-app.ts')
  try {
    return readStagedApp(text)
  } catch {
    throw new InputError(`${result} is not the result of a staging`)
  }
}

async function servicesOf(
  { services }: Options,
  manifest: AppManifest | undefined,
  line: CommandLine,
): Promise<BoundServices> {
  const { NO_SERVICES, readServices } = await import('../../lifecycle/instance/services-file.ts')
  const given = services
    ? readServices(await readText(resolve(line.cwd, services), services), services)
    : NO_SERVICES
  const missing = (manifest?.services ?? []).filter((name) => !given.names.includes(name))
  if (missing.length > 0) {
    line.err(
      `warning: nothing is known of ${missing.join(', ')}, which the manifest binds; give it with --services\n`,
    )
  }
  return given
}

function fromShell(names: readonly string[], line: CommandLine): [string, string][] {
  return names.map((name) => {
    const value = line.env[name]
    if (value === undefined) throw new InputError(`--env-from-shell ${name}: your shell has no such variable`)
    return [name, value]
  })
}

async function readText(path: string, shown: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: Error) => {
    throw new InputError(`${shown} cannot be read: ${error.message}`)
  })
}

function introduction({ app, processType, sidecars, memory, port, healthCheck }: InstanceSpec): string {
  const names = sidecars.map(({ name }) => name).join(', ')
  const beside = names ? ` with ${names}` : ' without sidecars'
  const where = healthCheck.kind === 'process' ? '' : ` on http://localhost:${port}`
  return `Running ${app.name} (${processType})${beside}${where}, container of ${describeMemory(memory)}. Ctrl-C ends it.`
}
