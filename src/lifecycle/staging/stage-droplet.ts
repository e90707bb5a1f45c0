/**
 * Stages an app into a droplet as the platform's `builder` does.
 * Source: https://github.com/cloudfoundry/buildpackapplifecycle, command builder; its two bugs with the index of a
 * buildpack are reproduced, so that their effects are visible locally.
 */
import { accessSync, constants, statSync, writeFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BuildpackMetadata, CONFIG_YML, readConfigYml } from '../../platform/config-yml.ts'
import { describePathError, describeSystemError } from '../../platform/go/system-error.ts'
import type { LaunchProcess } from '../../platform/launch-yml.ts'
import { STAGING_INFO_FILE } from '../../platform/staging-info.ts'
import { underPlatformUmask } from '../../platform/umask.ts'
import { InputError } from '../../problems/problems.ts'
import { visible } from '../../problems/visible.ts'
import { readForeignFile } from '../../system/foreign-file.ts'
import { databaseUrl } from '../database-url.ts'
import { makeOutputFolder } from '../output-folder.ts'
import { checkPlatformOptions } from '../platform-options.ts'
import { assembleDroplet, moveDirectory, type PackingProgress, packDroplet } from './archive.ts'
import type { Buildpack } from './buildpack.ts'
import { declaredProcesses } from './declared-processes.ts'
import { COMPILE_FAILED, StagingFailure, within } from './failure.ts'
import type { Sink } from './script.ts'
import {
  detectBuildpack,
  type FinalBuildpack,
  finalizeApp,
  logWarning,
  type Staging,
  supplyBuildpacks,
} from './staging.ts'
import { makeStagingFolders } from './staging-folders.ts'
import type { StagingPlace } from './staging-place.ts'
import {
  renderStagingInfo,
  renderStagingResult,
  type StagingResult,
  stagingResult,
} from './staging-result.ts'

interface StagingOptions {
  /** The app's files; the buildpacks change them. On the platform `/tmp/app`. */
  readonly buildDir: string
  /** In the order of the manifest; the last is the final one. */
  readonly buildpacks: readonly [Buildpack, ...Buildpack[]]
  /** Detection: only the first buildpack whose `bin/detect` succeeds stages the app. */
  readonly detect?: boolean
  /** The whole environment of the scripts (staging-env.ts). */
  readonly env: Readonly<Record<string, string>>
  /** Kept between stagings; entries of other buildpacks are removed. */
  readonly cacheDir: string
  /** Paths of the droplet and of `result.json`. */
  readonly output: {
    readonly droplet: string
    /** Instead of an archive: the droplet's contents. */
    readonly asDirectory?: boolean
    readonly result: string
  }
  /** Parent of the temporary contents directory. */
  readonly workDir: string
  /** Directory for the pipes of the scripts' output; absent: beside the contents directory. */
  readonly pipes?: string
  /** Where the scripts run; absent: directly on this machine. */
  readonly place?: StagingPlace
  readonly stdout: Sink
  readonly stderr: Sink
  /** Of the droplet's archive. */
  readonly onPacking?: PackingProgress
}

export interface StagingOutcome {
  /** The exit status of the platform's builder: 0, 1, 3, 4, 222, 223, 224, 225. */
  readonly exit: number
  /** As written; undefined when none was. */
  readonly result: StagingResult | undefined
}

/** Does not throw for problems of the app or a buildpack: the outcome has the status, and `stderr` the reason. */
export async function stageDroplet(options: StagingOptions): Promise<StagingOutcome> {
  const { buildDir, buildpacks, stdout, stderr, output } = options
  const say = (text: string) => stderr(Buffer.from(visible(text)))
  const refusal = checkPlatformOptions(options.env)
  if (refusal) {
    say(refusal.message)
    return { exit: refusal.kind === 'invalid' ? 3 : 4, result: undefined }
  }
  const url = databaseUrl(options.env.VCAP_SERVICES)
  const env = url ? { ...options.env, DATABASE_URL: url } : options.env
  const supplies = options.detect ? [] : buildpacks.slice(0, -1)
  for (const file of [output.droplet, output.result]) makeOutputFolder(dirname(file))
  const folders = await makeStagingFolders(options.cacheDir, supplies, options.workDir).catch(
    (thrown: unknown) => {
      if (!(thrown instanceof StagingFailure)) throw thrown
      say(`${thrown.message}\n`)
    },
  )
  if (!folders) return { exit: 1, result: undefined }
  const { place, pipes = dirname(folders.contents) } = options
  await place?.handOver()
  const scripts = { env, cwd: dirname(buildDir), stderr, pipes, ...(place && { place }) }
  let result: StagingResult | undefined
  /** The file exists (perhaps empty) from the first attempt on. */
  const writeResult = async (staged: StagingResult) => {
    await write('')
    await write(renderStagingResult(staged))
    result = staged
  }
  const write = (text: string) =>
    writeFile(output.result, text).catch((thrown: NodeJS.ErrnoException) => {
      throw new InputError(`cannot write ${output.result}: ${describeSystemError(thrown)}`)
    })
  try {
    await stage({ buildDir, buildpacks, supplies, folders, stdout, scripts }, options, writeResult)
    return { exit: 0, result }
  } catch (thrown) {
    if (!(thrown instanceof StagingFailure)) throw thrown
    say(`${thrown.message}\n`)
    return { exit: thrown.exit, result }
  } finally {
    await rm(folders.contents, { recursive: true, force: true })
  }
}

/** @param writeResult writes `result.json`. @throws StagingFailure when a buildpack's metadata cannot be written as JSON */
async function stage(
  staging: Staging,
  options: StagingOptions,
  writeResult: (result: StagingResult) => Promise<void>,
): Promise<void> {
  const { detect, output, stderr } = options
  const final = await (detect ? detectBuildpack : supplyBuildpacks)(staging)
  try {
    await within(COMPILE_FAILED, () => finalizeApp(staging, final))
    const processes = await declaredProcesses(staging, final)
    warnWithoutWeb(staging, processes)
    const staged = stagingResult(await namedMetadata(staging, final), processes)
    writeStagingInfo(join(staging.folders.contents, STAGING_INFO_FILE), renderStagingInfo(staged))
    await writeResult(staged)
  } catch (thrown) {
    if (!(thrown instanceof StagingFailure)) throw thrown
    // A failed build still reports the buildpacks. The file is empty if they cannot be written as JSON.
    await writeResult(stagingResult(await metadata(staging, final), undefined)).catch((failure: unknown) => {
      if (!(failure instanceof StagingFailure)) throw failure
    })
    throw thrown
  }
  await assembleDroplet(staging.folders, staging.buildDir, stderr)
  if (output.asDirectory) await moveDirectory(staging.folders.contents, output.droplet, stderr)
  else await packDroplet(staging.folders, output.droplet, options.onPacking)
}

/** @throws StagingFailure when a buildpack has put something else there */
function writeStagingInfo(path: string, text: string): void {
  try {
    underPlatformUmask(() => writeFileSync(path, text))
  } catch (thrown) {
    throw new StagingFailure(describePathError(thrown as NodeJS.ErrnoException, path))
  }
}

function warnWithoutWeb(staging: Staging, processes: readonly LaunchProcess[]): void {
  const web = processes.findLast(({ type, sidecarFor }) => type === 'web' && sidecarFor.length === 0)
  if (web?.command) return
  logWarning(staging, 'No start command specified by buildpack or via Procfile.')
  logWarning(staging, 'App will not start unless a command is provided at runtime.')
}

/** A detected buildpack without a name gets the output of its `bin/detect` as name. */
async function namedMetadata(staging: Staging, final: FinalBuildpack): Promise<readonly BuildpackMetadata[]> {
  const [first, ...others] = await metadata(staging, final)
  const named = first && final.detected && !first.name ? { ...first, name: final.detected } : first
  return named ? [named, ...others] : others
}

/** Names and versions from each readable `config.yml`. */
async function metadata(
  { folders }: Staging,
  { told }: FinalBuildpack,
): Promise<readonly BuildpackMetadata[]> {
  return Promise.all(
    told.map(async ({ name }, index) => {
      const path = join(folders.deps, folders.depsIndex(index), CONFIG_YML)
      return readConfigYml(readIfFile(path), name)
    }),
  )
}

/** The platform ignores what cannot be read. @throws InputError when the file is too large */
function readIfFile(path: string): Buffer | '' {
  try {
    accessSync(path, constants.R_OK)
    if (!statSync(path).isFile()) return ''
  } catch {
    return ''
  }
  return readForeignFile(path)
}
