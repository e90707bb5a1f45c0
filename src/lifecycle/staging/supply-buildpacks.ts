/** A list of buildpacks: all but the last one supply, the last is the final one. */
import { join } from 'node:path'
import { type Buildpack, buildpackRoot, hasScript } from './buildpack.ts'
import * as failure from './failure.ts'
import { StagingFailure, within } from './failure.ts'
import { type FinalBuildpack, logWarning, runBuildpackScript, type Staging } from './staging.ts'

/** Runs the supply buildpacks. Before the first one, it checks that all have a `bin/supply`. */
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
