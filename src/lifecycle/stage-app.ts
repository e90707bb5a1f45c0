/** From an app on this machine to a droplet: pushed, staged, and what came of it. What `stage` and `run` share. */

import { accessSync, constants } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { InputError } from '../config/problems.ts'
import type { ContainerChoice } from '../container/choice.ts'
import { reserveContainer } from '../container/container.ts'
import { VCAP } from '../platform/container.ts'
import { removeWhenInterrupted } from './interrupted.ts'
import { makeOutputFolder } from './output-folder.ts'
import { pushApp } from './push/push.ts'
import type { PackingProgress } from './staging/archive.ts'
import type { Buildpack } from './staging/buildpack.ts'
import { type BuildpackSource, layOutBuildpack } from './staging/buildpack-source.ts'
import type { Sink } from './staging/script.ts'
import { type StagingOutcome, stageDroplet } from './staging/stage-droplet.ts'
import { type StagingEnvironment, stagingEnv } from './staging/staging-env.ts'
import { type StagingPlace, stagingContainer } from './staging/staging-place.ts'

export interface AppStaging extends Omit<StagingEnvironment, 'home' | 'ownTmp'> {
  /** A folder, a jar, a war or a zip. */
  readonly app: string
  /** In order, the last is the final one. */
  readonly buildpacks: readonly [BuildpackSource, ...BuildpackSource[]]
  /** Whether the first that says yes stages the app alone. */
  readonly detect: boolean
  /** The folder of this buildpack. */
  readonly own: string
  /** Looks at the pushed files before any buildpack runs; what it throws ends the staging. */
  readonly inspect?: (buildDir: string) => Promise<void>
  /** Gets `droplet.tgz` and `result.json`. */
  readonly output: string
  /** It gets a directory `droplet` instead of the archive. */
  readonly asDirectory?: boolean
  /** Kept between stagings; absent: each begins with an empty one. */
  readonly cacheDir?: string
  /** Absent: the scripts run on this machine as it is. */
  readonly container?: ContainerChoice
  readonly stdout: Sink
  readonly stderr: Sink
  readonly onPacking?: PackingProgress
}

export interface StagedDroplet extends StagingOutcome {
  /** Where it is when `exit` is 0. */
  readonly droplet: string
}

/** @throws InputError when there is nothing to stage, or this machine cannot */
export async function stageApp(staging: AppStaging): Promise<StagedDroplet> {
  refuseMachine(staging.host)
  const reserved =
    staging.container &&
    reserveContainer(staging.container, { parent: tmpdir(), prefix: 'staging', hostname: 'staging' })
  const work = reserved?.folder ?? (await mkdtemp(join(tmpdir(), 'staging')))
  const release = removeWhenInterrupted(work)
  let place: StagingPlace | undefined
  try {
    // As on the platform: the app in /tmp/app, buildpacks in /tmp/buildpacks, the contents beside them.
    const tmp = join(work, 'tmp')
    const [buildDir, home] = [join(tmp, 'app'), join(work, 'home')]
    for (const each of [tmp, buildDir, home]) await mkdir(each)
    await pushApp({ app: staging.app, buildDir, except: staging.output })
    await staging.inspect?.(buildDir)
    const inContainer = reserved !== undefined
    const fetched: Buildpack[] = []
    for (const each of staging.buildpacks)
      fetched.push(await layOutBuildpack(each, staging.own, join(tmp, 'buildpacks'), inContainer))
    const [first, ...others] = fetched
    if (!first) throw new InputError('there is no buildpack to stage with')
    const { asDirectory = false } = staging
    const droplet = join(staging.output, asDirectory ? 'droplet' : 'droplet.tgz')
    const result = join(staging.output, 'result.json')
    // What an earlier staging left must not be taken for what this one did.
    makeOutputFolder(staging.output)
    for (const each of [droplet, result]) await rm(each, { force: true })
    const env = stagingEnv({ ...staging, home: inContainer ? VCAP.home : home, ownTmp: inContainer })
    const cacheDir = staging.cacheDir ?? join(tmp, 'cache')
    makeOutputFolder(cacheDir)
    if (reserved) place = await stagingContainer(reserved, { work, cacheDir, buildpacks: fetched, home, env })
    const outcome = await stageDroplet({
      buildDir,
      buildpacks: [first, ...others],
      detect: staging.detect,
      env,
      cacheDir,
      output: { droplet, asDirectory, result },
      workDir: tmp,
      pipes: work,
      ...(place && { place }),
      ...(staging.onPacking && { onPacking: staging.onPacking }),
      stdout: staging.stdout,
      stderr: (chunk) => staging.stderr(inPlatformPaths(chunk, work)),
    })
    return { ...outcome, droplet }
  } finally {
    await reserved?.destroy()
    await rm(work, { recursive: true, force: true })
    release()
  }
}

/** What the staging itself says of its folders, as the platform would: `/tmp/app`, `/tmp/buildpacks`. */
function inPlatformPaths(chunk: Buffer, work: string): Buffer {
  return chunk.includes(work) ? Buffer.from(chunk.toString().replaceAll(`${work}/tmp`, '/tmp')) : chunk
}

/** @throws InputError naming what is missing */
function refuseMachine({ PATH = '' }: AppStaging['host']): void {
  if (process.platform !== 'linux') {
    throw new InputError('staging runs buildpacks made for Linux: it needs Linux, bash and tar')
  }
  const missing = ['bash', 'tar', 'cp'].filter(
    (tool) => !PATH.split(delimiter).some((folder) => isProgram(join(folder, tool))),
  )
  if (missing.length > 0) throw new InputError(`staging needs ${missing.join(' and ')} on the PATH`)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
