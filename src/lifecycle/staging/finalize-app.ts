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
  if (await within(failure.FINALIZE_FAILED, () => hasScript(root, 'finalize'))) {
    if (await within(failure.SUPPLY_FAILED, () => hasScript(root, 'supply'))) {
      const supply = { root, name: 'supply', cache, further: [deps, index] } as const
      await runBuildpackScript(staging, failure.SUPPLY_FAILED, supply)
    }
    const finalize = { root, name: 'finalize', cache, further: [deps, index, profile] } as const
    await runBuildpackScript(staging, failure.FINALIZE_FAILED, finalize)
    return
  }
  if (staging.supplies.length > 0) logWarning(staging, failure.NO_FINALIZE_WARNING)
  await rm(join(deps, index), { recursive: true, force: true })
  await runBuildpackScript(staging, failure.COMPILE_FAILED, { root, name: 'compile', cache, further: [] })
}
