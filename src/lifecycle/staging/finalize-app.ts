/** The final buildpack's own scripts: supply and finalize, or the deprecated compile. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasScript } from './buildpack.ts'
import * as failure from './failure.ts'
import { within } from './failure.ts'
import { type FinalBuildpack, logWarning, runBuildpackScript, type Staging } from './staging.ts'

/** @throws StagingFailure when one of them fails */
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
