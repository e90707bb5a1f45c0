/** The steps of a staging that run the scripts of the buildpacks. */
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { visible } from '../../problems/visible.ts'
import { type Buildpack, buildpackRoot, hasScript } from './buildpack.ts'
import * as failure from './failure.ts'
import { StagingFailure, within } from './failure.ts'
import { readScript, runScript, type ScriptContext, type Sink } from './script.ts'
import type { StagingFolders } from './staging-folders.ts'

export interface Staging {
  readonly buildDir: string
  /** In the order of the manifest; the last is the final one. For detection, the candidates. */
  readonly buildpacks: readonly [Buildpack, ...Buildpack[]]
  /** All but the final one; none for detection. */
  readonly supplies: readonly Buildpack[]
  readonly folders: StagingFolders
  readonly stdout: Sink
  readonly scripts: ScriptContext
}

/** The buildpack that stages the app: the last one of a list, or the detected one. */
export interface FinalBuildpack {
  readonly root: string
  /** The buildpacks in the result, in the order of their deps directories. */
  readonly told: readonly Buildpack[]
  /** The output of `bin/detect`. */
  readonly detected: string
}

/**
 * Without a list of buildpacks, only the first one whose `bin/detect` succeeds stages the app.
 * @throws StagingFailure when none does
 */
export async function detectBuildpack(staging: Staging): Promise<FinalBuildpack> {
  for (const each of staging.buildpacks) {
    try {
      const root = await buildpackRoot(each)
      const script = join(root, 'bin', 'detect')
      await checkDetect(staging, script)
      const { output, failure: failed } = await readScript(script, [staging.buildDir], staging.scripts)
      if (!failed) return { root, told: [each], detected: output.toString().replace(/[\r\n]+$/, '') }
    } catch (thrown) {
      if (!(thrown instanceof StagingFailure)) throw thrown
      logWarning(staging, thrown.message)
    }
  }
  throw new StagingFailure(failure.DETECT_FAILED)
}

async function checkDetect({ stdout }: Staging, script: string): Promise<void> {
  const { mode } = await stat(script).catch((thrown: NodeJS.ErrnoException) => {
    throw new StagingFailure(`stat ${script}: ${describeSystemError(thrown)}`)
  })
  if ((mode & 0o111) !== 0o111) {
    stdout(Buffer.from("WARNING: buildpack script '/bin/detect' is not executable\n"))
  }
}

/**
 * Runs the supply buildpacks of a list: all but the last one, the final one. Before the first one, it checks that all have a
 * `bin/supply`.
 */
export async function supplyBuildpacks(staging: Staging): Promise<FinalBuildpack> {
  const { supplies, folders, buildpacks } = staging
  for (const each of supplies) {
    const root = await supplyRoot(staging, each)
    if (!(await within(failure.SUPPLY_FAILED, () => hasScript(root, 'supply')))) {
      throw new StagingFailure(failure.NO_SUPPLY)
    }
  }
  for (const [index, each] of supplies.entries()) {
    const script = join(await supplyRoot(staging, each), 'bin', 'supply')
    const args = [folders.supplyCache(each), folders.deps, folders.depsIndex(index)]
    await runBuildpackScript(staging, failure.SUPPLY_FAILED, script, args)
  }
  const last = buildpacks[supplies.length] ?? buildpacks[0]
  const root = await within(failure.SUPPLY_FAILED, () => buildpackRoot(last))
  return { root, told: buildpacks, detected: '' }
}

/** A supply buildpack's directory. A problem is reported at once, and again as the reason of the failure. */
async function supplyRoot(staging: Staging, buildpack: Buildpack): Promise<string> {
  return within(failure.SUPPLY_FAILED, () =>
    buildpackRoot(buildpack).catch((thrown: Error) => {
      logWarning(staging, thrown.message)
      throw thrown
    }),
  )
}

/**
 * Runs the scripts of the final buildpack: supply and finalize, or the deprecated compile.
 * @throws StagingFailure when one of them fails
 */
export async function finalizeApp(staging: Staging, { root }: FinalBuildpack): Promise<void> {
  const { deps, depsIndex, finalCache: cache, profile } = staging.folders
  const index = depsIndex(staging.supplies.length)
  const run = (sentence: string, name: string, ...args: readonly string[]) =>
    runBuildpackScript(staging, sentence, join(root, 'bin', name), [cache, ...args])
  if (await within(failure.FINALIZE_FAILED, () => hasScript(root, 'finalize'))) {
    if (await within(failure.SUPPLY_FAILED, () => hasScript(root, 'supply')))
      await run(failure.SUPPLY_FAILED, 'supply', deps, index)
    await run(failure.FINALIZE_FAILED, 'finalize', deps, index, profile)
    return
  }
  if (staging.supplies.length > 0) logWarning(staging, failure.NO_FINALIZE_WARNING)
  await rm(join(deps, index), { recursive: true, force: true })
  await run(failure.COMPILE_FAILED, 'compile')
}

/**
 * @param args after the build directory
 * @throws StagingFailure with `sentence` and the exit status, if it is not 0
 */
async function runBuildpackScript(
  { buildDir, stdout, scripts }: Staging,
  sentence: string,
  file: string,
  args: readonly string[],
): Promise<void> {
  const failed = await runScript(file, [buildDir, ...args], stdout, scripts)
  if (failed) throw new StagingFailure(sentence, failed)
}

export function logWarning({ scripts }: Staging, line: string): void {
  scripts.stderr(Buffer.from(`${visible(line)}\n`))
}
