/** The common data of all steps of a staging. */

import { join } from 'node:path'
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

/** A script of a buildpack and its arguments after the build directory. */
interface BuildpackScript {
  readonly root: string
  readonly name: 'supply' | 'finalize' | 'compile'
  readonly cache: string
  readonly further: readonly string[]
}

/** @throws StagingFailure with `sentence` and the exit status, if it is not 0 */
export async function runBuildpackScript(
  { buildDir, stdout, scripts }: Staging,
  sentence: string,
  { root, name, cache, further }: BuildpackScript,
): Promise<void> {
  const failed = await runScript(join(root, 'bin', name), [buildDir, cache, ...further], stdout, scripts)
  if (failed) throw new StagingFailure(sentence, failed)
}

export function logWarning({ scripts }: Staging, line: string): void {
  scripts.stderr(Buffer.from(`${visible(line)}\n`))
}
