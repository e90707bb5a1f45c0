/** Turns an app on this machine into a droplet: push, staging, result. Used by `stage` and `run`. */
import { constants, existsSync, mkdtempSync, realpathSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { ContainerChoice } from '../container/choice.ts'
import { reserveContainer } from '../container/container.ts'
import { VCAP } from '../platform/container.ts'
import { InputError } from '../problems/problems.ts'
import { removeWhenInterrupted } from '../system/interrupted.ts'
import { mayAccess } from '../system/may-access.ts'
import { makeOutputFolder } from './output-folder.ts'
import { pushApp } from './push/push.ts'
import type { PackingProgress } from './staging/archive.ts'
import type { Buildpack } from './staging/buildpack.ts'
import { type BuildpackSource, layOutBuildpack } from './staging/buildpack-source.ts'
import type { Sink } from './staging/script.ts'
import { type StagingOutcome, stageDroplet } from './staging/stage-droplet.ts'
import { type StagingEnvironment, stagingEnv } from './staging/staging-env.ts'
import { type StagingPlace, stagingContainer } from './staging/staging-place.ts'

interface AppStaging extends Omit<StagingEnvironment, 'home' | 'ownTmp'> {
  /** A directory, jar, war or zip. */
  readonly app: string
  /** In order; the last is the final buildpack. */
  readonly buildpacks: readonly [BuildpackSource, ...BuildpackSource[]]
  /** Whether only the first buildpack whose bin/detect succeeds stages the app. */
  readonly detect: boolean
  /** The directory of this buildpack. */
  readonly own: string
  /** Checks the pushed files before any buildpack runs; an exception ends the staging. */
  readonly inspect: (buildDir: string) => Promise<void>
  /** Directory for `droplet.tgz` and `result.json`. */
  readonly output: string
  /** The option that sets it, if there is one. */
  readonly outputOption: '-o' | '--keep' | undefined
  /** Writes a directory `droplet` instead of the archive. */
  readonly asDirectory: boolean
  /** Kept between stagings; absent: each starts with an empty cache. */
  readonly cacheDir?: string
  /** Absent: the scripts run directly on this machine. */
  readonly container?: ContainerChoice
  readonly stdout: Sink
  readonly stderr: Sink
  readonly onPacking?: PackingProgress
}

export interface StagedDroplet extends StagingOutcome {
  /** Its path if `exit` is 0. */
  readonly droplet: string
}

/** @throws InputError when the app cannot be pushed, a buildpack cannot be fetched, or this machine cannot stage */
export async function stageApp(staging: AppStaging): Promise<StagedDroplet> {
  refuseIncompleteMachine(staging.host)
  const reserved =
    staging.container &&
    reserveContainer(staging.container, { parent: tmpdir(), prefix: 'staging', hostname: 'staging' })
  const work = reserved?.folder ?? mkdtempSync(join(tmpdir(), 'staging'))
  const temporary = new Map([[work, removeWhenInterrupted(work)]])
  let place: StagingPlace | undefined
  try {
    // As on the platform: the app in /tmp/app, buildpacks in /tmp/buildpacks.
    const tmp = join(work, 'tmp')
    const [buildDir, home] = [join(tmp, 'app'), join(work, 'home')]
    for (const each of [tmp, buildDir, home]) await mkdir(each)
    refuseInApp(staging)
    await pushApp({ app: staging.app, buildDir, except: staging.output })
    await staging.inspect(buildDir)
    const inContainer = reserved !== undefined
    const laidOut = (source: BuildpackSource) =>
      layOutBuildpack(source, staging.own, join(tmp, 'buildpacks'), inContainer)
    const [first, ...others] = staging.buildpacks
    const buildpacks: [Buildpack, ...Buildpack[]] = [await laidOut(first)]
    for (const each of others) buildpacks.push(await laidOut(each))
    const { asDirectory } = staging
    const droplet = join(staging.output, asDirectory ? 'droplet' : 'droplet.tgz')
    const result = join(staging.output, 'result.json')
    makeOutputFolder(staging.output, staging.outputOption)
    // Those of an earlier staging stay until these are complete; another staging may write to the same directory.
    const made = { droplet: `${droplet}.${process.pid}.part`, result: `${result}.${process.pid}.part` }
    for (const each of Object.values(made)) temporary.set(each, removeWhenInterrupted(each))
    const env = stagingEnv({ ...staging, home: inContainer ? VCAP.home : home, ownTmp: inContainer })
    const cacheDir = staging.cacheDir ?? join(tmp, 'cache')
    makeOutputFolder(cacheDir, '--cache')
    if (reserved) place = await stagingContainer(reserved, { work, cacheDir, buildpacks, home, env })
    const outcome = await stageDroplet({
      buildDir,
      buildpacks,
      detect: staging.detect,
      env,
      cacheDir,
      output: { ...made, asDirectory },
      workDir: tmp,
      pipes: work,
      ...(place && { place }),
      ...(staging.onPacking && { onPacking: staging.onPacking }),
      stdout: staging.stdout,
      stderr: (chunk) => staging.stderr(inPlatformPaths(chunk, work)),
    })
    if (outcome.exit === 0) await rename(made.droplet, droplet)
    // The result of a failure does not belong to an earlier droplet.
    if (outcome.exit === 0 || !existsSync(droplet)) {
      await rm(result, { force: true })
      if (existsSync(made.result)) await rename(made.result, result)
    }
    return { ...outcome, droplet }
  } finally {
    // The output first: what a buildpack left in the work directory may be impossible to remove.
    for (const [path, release] of [...temporary].reverse()) {
      if (path === work) await reserved?.destroy()
      await rm(path, { recursive: true, force: true })
      release()
    }
  }
}

/** The app may have a `result.json`, and would contain the droplet from then on. @throws InputError */
function refuseInApp({ app, output }: AppStaging): void {
  const real = (path: string) => (existsSync(path) ? realpathSync.native(path) : path)
  if (real(output) !== real(app)) return
  throw new InputError(
    `cannot write the droplet to ${output}, the directory of the app; use another directory`,
  )
}

/** Replaces the paths in the output of the staging by the platform's: `/tmp/app`, `/tmp/buildpacks`. */
function inPlatformPaths(chunk: Buffer, work: string): Buffer {
  return chunk.includes(work) ? Buffer.from(chunk.toString().replaceAll(`${work}/tmp`, '/tmp')) : chunk
}

/** @throws InputError with the missing requirements */
function refuseIncompleteMachine({ PATH = '' }: AppStaging['host']): void {
  if (process.platform !== 'linux') {
    throw new InputError('staging requires Linux, bash and tar')
  }
  const missing = ['bash', 'tar', 'cp'].filter(
    (tool) => !PATH.split(delimiter).some((folder) => mayAccess(join(folder, tool), constants.X_OK)),
  )
  if (missing.length > 0) throw new InputError(`staging requires ${missing.join(' and ')} on PATH`)
}
