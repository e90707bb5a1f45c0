/** This machine's runtimes as stand-ins for buildpacks of the manifest that are not available (src/stand-ins). */

import { readConfiguration } from '../config/read.ts'
import type { Configuration } from '../config/sidecar.ts'
import { makePlan } from '../plan/plan.ts'
import { type PlannedApp, withApp } from '../plan/planned-app.ts'
import { PROCFILE } from '../platform/procfile.ts'
import { InputError, Problems } from '../problems/problems.ts'
import { standInFor, writeStandIn } from '../stand-ins/stand-in.ts'
import type { AppInputs } from './app-inputs.ts'
import type { FindStandIn } from './chosen-buildpacks.ts'
import type { CommandLine } from './command-line.ts'
import type { StagingOptions } from './staging.ts'

interface StandIns {
  readonly find: FindStandIn
  /** Whether the app needs this machine's `PATH`. */
  readonly isUsed: () => boolean
  /**
   * `-b` as given; the Java buildpack for a jar or war without a list of buildpacks and without a start command, as Cloud
   * Foundry would detect it.
   */
  readonly buildpacks: () => Promise<readonly string[]>
}

/** @param directory for the stand-ins; the caller removes it */
export function standIns(
  { path, manifest }: AppInputs,
  { env, memory, keep, buildpack, detect }: StagingOptions & { readonly keep?: string },
  directory: string,
  line: CommandLine,
): StandIns {
  let isUsed = false
  const all = { ...Object.fromEntries([...(manifest?.env ?? []), ...env]) }
  const withConfigured = <T>(use: (app: PlannedApp, configuration: Configuration) => Promise<T>) =>
    withApp(path, all, (app) => {
      const problems = new Problems()
      const { configuration } = readConfiguration({ appDir: app.configDir, env: all }, problems)
      problems.throwIfErrors()
      return use(app, configuration)
    })
  return {
    isUsed: () => isUsed,
    buildpacks: async () => {
      const isListed = buildpack.length > 0 || detect || (manifest?.buildpacks?.length ?? 0) > 0
      if (isListed || !/\.[jw]ar$/i.test(path)) return buildpack
      const hasCommand = await withConfigured(
        async ({ view }, { processes }) =>
          view.readText(PROCFILE) !== undefined || processes.some(({ type }) => type === 'web'),
      )
      return hasCommand ? buildpack : ['sidecar', 'java_buildpack=host']
    },
    find: async (name) => {
      const release = await withConfigured(async (app, configuration) => {
        const options = {
          ...(memory && { memory }),
          ...(manifest && { manifest }),
          javaBuildpack: 5 as const,
        }
        return standInFor(name, { app, plan: await makePlan({ app, configuration, env: all, ...options }) })
      })
      if (typeof release === 'string') return release
      if (keep !== undefined)
        throw new InputError(`--keep requires buildpack ${name}, which is replaced by this machine's runtime`)
      line.err(`note: buildpack ${name} is not available; using this machine's runtime instead\n`)
      isUsed = true
      return { name, path: writeStandIn(release, name, directory) }
    },
  }
}
