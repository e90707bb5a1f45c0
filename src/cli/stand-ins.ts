/** This machine's runtimes as stand-ins for buildpacks of the manifest that are not available (src/stand-ins). */
import type { MemorySize } from '../config/memory-size.ts'
import { InputError, Problems } from '../config/problems.ts'
import type { AppInputs } from './app-inputs.ts'
import type { FindStandIn } from './chosen-buildpacks.ts'
import type { CommandLine } from './command-line.ts'

export interface StandIns {
  readonly find: FindStandIn
  /** Whether the app needs this machine's `PATH`. */
  readonly isUsed: () => boolean
}

/** @param directory for the stand-ins; the caller removes it */
export function standIns(
  { path, manifest }: AppInputs,
  { env, memory, keep }: Options,
  directory: string,
  line: CommandLine,
): StandIns {
  let isUsed = false
  return {
    isUsed: () => isUsed,
    find: async (name) => {
      const { standInFor, writeStandIn } = await import('../stand-ins/stand-in.ts')
      const { withApp } = await import('../plan/planned-app.ts')
      const { makePlan } = await import('../plan/plan.ts')
      const { readConfiguration } = await import('../config/read.ts')
      const all = { ...Object.fromEntries([...(manifest?.env ?? []), ...env]) }
      const release = await withApp(path, all, async (app) => {
        const problems = new Problems()
        const { configuration } = readConfiguration({ appDir: app.configDir, env: all }, problems)
        problems.throwIfErrors()
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
      return { name, path: writeStandIn(release, directory) }
    },
  }
}

interface Options {
  readonly env: ReadonlyMap<string, string>
  readonly memory?: MemorySize
  readonly keep?: string
}
