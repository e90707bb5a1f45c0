/** What `stage` and `run` take of an app besides its files: the manifest, bound services, variables of the shell. */
import { InputError, Problems } from '../config/problems.ts'
import { type BoundServices, NO_SERVICES } from '../diego/services-file.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import type { CommandLine } from './command-line.ts'
import { warn } from './explain.ts'
import { type PushedApp, type PushOptions, readPushedApp } from './pushed-app.ts'
import { readServicesFile } from './services-option.ts'

export interface InputOptions extends PushOptions {
  readonly services?: string
}

export interface AppInputs extends PushedApp {
  readonly services: BoundServices
}

/**
 * Writes the manifest's warnings.
 * @throws InputError with all problems of the first file that has any
 */
export async function readInputs(
  app: string | undefined,
  options: InputOptions,
  line: CommandLine,
): Promise<AppInputs> {
  const problems = new Problems()
  const pushed = await readPushedApp(app, options, line, problems)
  problems.throwIfErrors()
  warn(problems, line)
  return { ...pushed, services: await servicesOf(options.services, pushed.manifest, line) }
}

/** Says which services the manifest binds that the file does not have. */
async function servicesOf(
  file: string | undefined,
  manifest: AppManifest | undefined,
  line: CommandLine,
): Promise<BoundServices> {
  const given = file === undefined ? NO_SERVICES : await readServicesFile(file, line)
  const missing = (manifest?.services ?? []).filter((name) => !given.names.includes(name))
  if (missing.length > 0) {
    const what = `nothing is known of ${missing.join(', ')}, which the manifest binds`
    line.err(`warning: ${what}; give it with --services\n`)
  }
  return given
}

/** @throws InputError for one that the shell does not have */
export function fromShell(names: readonly string[], { env }: CommandLine): ReadonlyMap<string, string> {
  const values = names.map((name) => {
    const value = env[name]
    if (value === undefined) throw new InputError(`--env-from-shell ${name}: your shell has no such variable`)
    return [name, value] as const
  })
  return new Map(values)
}
