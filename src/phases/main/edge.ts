/** The edge of the buildpack scripts: arguments and environment in, exit status and messages out. */
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { readBuiltIdentity } from '../../buildpack/built-identity.ts'
import { describeProblem, InputError } from '../../config/problems.ts'
import { buildpackLog, type Log } from '../../log/log.ts'
import { writeOut } from '../../log/standard-output.ts'
import { appEnvironment } from '../app-environment.ts'
import type { PhaseContext } from '../context.ts'

/**
 * dist/<phase>.cjs lies in the unpacked buildpack's `dist`. By the path that it was called by, links and all: the
 * folder's name, and what lies beside it, are the platform's.
 */
export const buildpackDir: string = dirname(calledFrom() ?? __dirname)

function calledFrom(): string | undefined {
  const [, script] = process.argv
  const folder = script && dirname(script)
  return folder && realpathSync.native(folder) === realpathSync.native(__dirname) ? folder : undefined
}

// Modes shall not depend on who stages: the same input gives the same droplet.
process.umask(0o022)

export const env: Readonly<Record<string, string | undefined>> = appEnvironment(process.env)

/** @param to where the log goes: standard output, or standard error where that is data */
export function scriptLog(to: 1 | 2): Log {
  return buildpackLog((line) => writeOut(to, line), Boolean(env.BP_DEBUG))
}

/** Arguments as the platform gives them; @throws Error with the usage when there are fewer. */
export function phaseContext(phase: string, log: Log): PhaseContext {
  const [buildDir, cacheDir, depsDir, index] = process.argv.slice(2)
  if (!buildDir || !cacheDir || !depsDir || !index) {
    throw new Error(`usage: bin/${phase} BUILD_DIR CACHE_DIR DEPS_DIR INDEX`)
  }
  const { name, version } = readBuiltIdentity(buildpackDir)
  return {
    buildDir,
    cacheDir,
    depsDir,
    index,
    buildpackDir,
    buildpackName: name,
    buildpackVersion: version,
    env,
    log,
    clock: () => new Date(),
  }
}

/** Runs a phase; what it throws is told without a stack trace unless `BP_DEBUG` is set, and the script ends with 1. */
export async function runPhase(log: Log, phase: () => void | Promise<void>): Promise<void> {
  try {
    await phase()
  } catch (thrown) {
    tell(thrown, log)
    process.exitCode = 1
  }
}

function tell(thrown: unknown, log: Log): void {
  if (thrown instanceof InputError) {
    for (const each of thrown.problems) log[each.severity](describeProblem(each))
    return
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  log.error(error.message)
  if (error.stack) log.debug(error.stack)
}
