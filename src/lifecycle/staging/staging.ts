/** The common data of all steps of a staging. */

import { visible } from '../../problems/visible.ts'
import type { Buildpack } from './buildpack.ts'
import { StagingFailure } from './failure.ts'
import { runScript, type ScriptContext, type Sink } from './script.ts'
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
 * @param args after the build directory
 * @throws StagingFailure with `sentence` and the exit status, if it is not 0
 */
export async function runBuildpackScript(
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
