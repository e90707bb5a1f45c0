/** Stages the app of `stage` and `run`, and shows the result of `stage`. */
import { stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { ownFolder } from '../buildpack/own-folder.ts'
import { type ContainerChoice, chooseContainer } from '../container/choice.ts'
import { checkWithManifest } from '../inspect/check-app.ts'
import { checkStagedSidecars } from '../inspect/manifest-rules.ts'
import { type StagedDroplet, stageApp } from '../lifecycle/stage-app.ts'
import { LEAST_STAGING_MEMORY } from '../lifecycle/staging/staging-env.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import { renderGoJson } from '../platform/go/json.ts'
import { type MemorySize, megabytes, toMegabytes } from '../platform/memory-size.ts'
import { DEFAULT_STACK } from '../platform/stacks.ts'
import { InputError, Problems } from '../problems/problems.ts'
import { visibleLine } from '../problems/visible.ts'
import { describeBytes } from '../system/byte-size.ts'
import { type AppInputs, type InputOptions, readInputs } from './app-inputs.ts'
import { type ChosenBuildpacks, chosenBuildpacks, type FindStandIn } from './chosen-buildpacks.ts'
import type { CommandLine } from './command-line.ts'
import { type EnvOptions, withEnvFile } from './env-file.ts'
import { printWarnings } from './explain.ts'
import { ownBuildpack } from './own-buildpack.ts'
import { progressLine } from './progress-line.ts'

/** Options that `run` has too. */
export interface StagingOptions extends InputOptions, EnvOptions {
  readonly buildpack: readonly string[]
  readonly detect?: true
  readonly cache?: string
  readonly stack?: string
  /** `--no-container`: false. */
  readonly container: boolean
  readonly rootfs?: string
  /** Memory of the app's container, if it differs from the manifest's (`run --memory`). */
  readonly memory?: MemorySize
}

export interface StageOptions extends StagingOptions {
  readonly output: string
  readonly json?: true
}

/** What only `run` asks for. */
interface RunStaging {
  readonly standIn?: FindStandIn
  /** A directory instead of the archive. */
  readonly asDirectory?: boolean
  readonly keep?: string
}

export interface StagingInputs extends AppInputs {
  readonly container: ContainerChoice | undefined
}

/** The command `stage`. @returns the exit status */
export async function stageAndDescribe(
  app: string | undefined,
  given: StageOptions,
  line: CommandLine,
): Promise<number> {
  const options = await withEnvFile(given, line)
  const inputs = await readInputs(app, options, line)
  const staged = await stage(options, { ...inputs, container: await containerOf(options, line) }, line)
  line.out(options.json ? asJson(staged) : await describe(staged, line))
  return staged.exit === 0 ? 0 : 1
}

/** @throws InputError when there is nothing to stage */
export async function stage(
  options: StageOptions & RunStaging,
  { manifest, services, path: app, name, container }: StagingInputs,
  line: CommandLine,
): Promise<StagedDroplet> {
  const path = (given: string) => resolve(line.cwd, given)
  if (manifest?.lifecycle === 'docker')
    throw new InputError(
      'the manifest uses a Docker image, which is not staged; its sidecars run in the image',
    )
  const chosen = await chosenBuildpacks(options.buildpack, manifest, line, options.standIn)
  const memory = options.memory ?? manifest?.processes.get('web')?.memory
  const packing = progressLine('packing the droplet: ', line, options.json === true)
  const staged = await stageApp({
    app,
    appName: name,
    buildpacks: chosen.sources,
    inspect: (directory) => reportManifestProblems(directory, options, { manifest, services }, chosen, line),
    detect: options.detect ?? false,
    own: ownFolder(),
    output: path(options.output),
    // `run` without --keep stages into a temporary directory.
    outputOption: options.asDirectory ? undefined : options.keep === undefined ? '-o' : '--keep',
    asDirectory: options.asDirectory ?? false,
    ...(options.cache !== undefined && { cacheDir: path(options.cache) }),
    ...(container && { container }),
    stack: options.stack ?? manifest?.stack ?? DEFAULT_STACK,
    memory: Math.max(memory ? toMegabytes(memory) : 0, LEAST_STAGING_MEMORY),
    env: new Map([...(manifest?.env ?? []), ...options.env]),
    services: services.json,
    host: line.env,
    stdout: options.json ? line.err : line.out,
    stderr: line.err,
    ...(line.isTerminal && { onPacking: packing.show }),
  }).finally(packing.clear)
  refuseStaged(staged, manifest, options)
  return staged
}

/** @throws InputError when Cloud Foundry refuses the combined sidecars of the buildpacks and the manifest */
function refuseStaged(
  { exit, result }: StagedDroplet,
  manifest: AppManifest | undefined,
  { memory }: StageOptions,
): void {
  if (exit !== 0) return
  const problems = new Problems()
  const sidecars = (result?.sidecars ?? []).map(({ name, process_types, memory: own }) => ({
    name,
    place: undefined,
    processTypes: process_types,
    ...(own !== undefined && { memory: megabytes(own) }),
  }))
  const types = (result?.processes ?? []).map(({ type }) => type)
  checkStagedSidecars(sidecars, types, { ...(manifest && { manifest }), ...(memory && { memory }) }, problems)
  problems.throwIfErrors()
}

/**
 * Reports the problems that Cloud Foundry has with the manifest and sidecars.yml together, before staging.
 * @throws InputError when there are errors
 */
async function reportManifestProblems(
  directory: string,
  options: StageOptions,
  { manifest, services }: Pick<AppInputs, 'manifest' | 'services'>,
  { sources, own, isGiven }: ChosenBuildpacks,
  line: CommandLine,
): Promise<void> {
  const problems = new Problems()
  await checkWithManifest(
    {
      directory,
      buildpack: ownBuildpack(),
      manifest,
      env: options.env,
      services: services.json,
      ...(options.stack !== undefined && { stack: options.stack }),
      ...(options.memory && { memory: options.memory }),
      ...((isGiven || manifest === undefined) && {
        buildpacks: sources.map(({ name }) => name),
      }),
      own,
    },
    problems,
  )
  problems.throwIfErrors()
  printWarnings(problems, line)
}

/** The container for `--rootfs` and `--no-container`, if this machine can make one. */
export function containerOf(
  { container, rootfs }: Pick<StageOptions, 'container' | 'rootfs'>,
  line: CommandLine,
): Promise<ContainerChoice | undefined> {
  const wanted = { container, ...(rootfs !== undefined && { rootfs: resolve(line.cwd, rootfs) }) }
  return chooseContainer(wanted, line.env, (text) => line.err(`note: ${text}\n`))
}

/** The summary at the end. */
async function describe({ exit, result, droplet }: StagedDroplet, { cwd }: CommandLine): Promise<string> {
  if (exit !== 0) return `Staging failed with status ${exit}, as it would on Cloud Foundry.\n`
  const { size } = await stat(droplet)
  const nearby = relative(cwd, droplet)
  const lines = [`${nearby.startsWith('..') ? droplet : nearby}: ${describeBytes(size)}`]
  for (const { type, command } of result?.processes ?? []) lines.push(`  process ${type}: ${command}`)
  for (const { name, process_types, memory, command } of result?.sidecars ?? []) {
    const reserved = memory ? `, ${memory}M` : ''
    lines.push(`  sidecar ${name} (${process_types.join(', ')}${reserved}): ${command}`)
  }
  return `${lines.map(visibleLine).join('\n')}\n`
}

function asJson({ exit, result, droplet }: StagedDroplet): string {
  const written = exit === 0 ? droplet : undefined
  return `${renderGoJson({ exit, droplet: written, result: result ?? null })}\n`
}
