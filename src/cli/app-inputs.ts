/** The inputs of `stage` and `run` besides the app's files: manifest, bound services, variables of the shell. */

import type { AppManifest } from '../manifest/app-manifest.ts'
import { InputError, Problems } from '../problems/problems.ts'
import type { CommandLine } from './command-line.ts'
import { printWarnings } from './explain.ts'
import { type PushedApp, type PushOptions, readPushedApp } from './pushed-app.ts'
import { type BoundServices, NO_SERVICES, readServicesFile } from './services-file.ts'

export interface InputOptions extends PushOptions {
  readonly services?: string
}

export interface AppInputs extends PushedApp {
  readonly services: BoundServices
}

/**
 * Writes the manifest's warnings.
 * @throws InputError with all problems of the first file with errors
 */
export async function readInputs(
  app: string | undefined,
  options: InputOptions,
  line: CommandLine,
): Promise<AppInputs> {
  const problems = new Problems()
  const pushed = await readPushedApp(app, options, line, problems)
  problems.throwIfErrors()
  printWarnings(problems, line)
  return { ...pushed, services: await servicesOf(options.services, pushed.manifest, line) }
}

/** Warns about services that the manifest binds but the file does not contain. */
async function servicesOf(
  file: string | undefined,
  manifest: AppManifest | undefined,
  line: CommandLine,
): Promise<BoundServices> {
  const given = file === undefined ? NO_SERVICES : await readServicesFile(file, line)
  const missing = (manifest?.services ?? []).filter((name) => !given.names.includes(name))
  if (missing.length > 0) {
    const what = `the manifest binds ${missing.join(', ')}, but no credentials were given`
    line.err(`warning: ${what}; pass --services FILE\n`)
  }
  return given
}

/** @throws InputError for a variable that is not set */
export function fromShell(names: readonly string[], { env }: CommandLine): ReadonlyMap<string, string> {
  const values = names.map((name) => {
    const value = env[name]
    if (value === undefined)
      throw new InputError(`--env-from-shell ${name}: this variable is not set in your shell`)
    return [name, value] as const
  })
  return new Map(values)
}
