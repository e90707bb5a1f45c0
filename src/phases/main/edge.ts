/** The edge of the buildpack scripts: reads arguments and environment, sets the exit status, prints messages. */
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { readBuiltIdentity } from '../../buildpack/built-identity.ts'
import { buildpackLog, type Log } from '../../log/log.ts'
import { writeOut } from '../../log/standard-output.ts'
import { describeProblem, InputError } from '../../problems/problems.ts'
import type { Environment } from '../../system/environment.ts'
import { appEnvironment } from '../app-environment.ts'
import type { PhaseContext } from '../context.ts'

/**
 * dist/<phase>.cjs is in the `dist` of the unpacked buildpack. Uses the path of the call without resolving links, because
 * the platform determines the directory's name and its siblings.
 */
export const buildpackDir: string = dirname(calledFrom() ?? __dirname)

function calledFrom(): string | undefined {
  const [, script] = process.argv
  const folder = script && dirname(script)
  return folder && realpathSync.native(folder) === realpathSync.native(__dirname) ? folder : undefined
}

// Modes do not depend on the user who stages: the same input gives the same droplet.
process.umask(0o022)

export const scriptEnv: Environment = appEnvironment(process.env)

/** @param to the log's output: standard output, or standard error if standard output is data */
export function scriptLog(to: 1 | 2): Log {
  return buildpackLog((line) => writeOut(to, line), Boolean(scriptEnv.BP_DEBUG))
}

/** Reads the arguments of the platform. @throws Error with the usage when there are too few */
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
    env: scriptEnv,
    log,
    clock: () => new Date(),
  }
}

/** Runs a phase. Errors are printed without a stack trace unless `BP_DEBUG` is set; the exit status is then 1. */
export async function runPhase(log: Log, phase: () => void | Promise<void>): Promise<void> {
  try {
    await phase()
  } catch (thrown) {
    process.exitCode = 1
    try {
      tell(thrown, log)
    } catch {
      // The log cannot be written.
      writeOut(2, `error: ${(thrown as Error).message}\n`)
    }
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
