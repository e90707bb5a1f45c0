/** What every step of one staging works with. */

import { join } from 'node:path'
import { visible } from '../../system/visible.ts'
import type { Buildpack } from './buildpack.ts'
import { StagingFailure } from './failure.ts'
import { runScript, type ScriptContext, type Sink } from './script.ts'
import type { StagingFolders } from './staging-folders.ts'

export interface Staging {
  readonly buildDir: string
  /** In the order of the manifest, the last is the final one; when one is to be detected, those asked. */
  readonly buildpacks: readonly [Buildpack, ...Buildpack[]]
  /** All but the final one; none when it is to be detected. */
  readonly supplies: readonly Buildpack[]
  readonly folders: StagingFolders
  readonly stdout: Sink
  readonly scripts: ScriptContext
}

/** What stages the app: a named list's last buildpack, or the detected one. */
export interface FinalBuildpack {
  readonly root: string
  /** Whom the result tells of, in the order of their deps folders. */
  readonly told: readonly Buildpack[]
  /** What `bin/detect` printed. */
  readonly detected: string
}

/** A script of a buildpack and what it is called with, after the build dir. */
export interface BuildpackScript {
  readonly root: string
  readonly name: 'supply' | 'finalize' | 'compile'
  readonly cache: string
  readonly further: readonly string[]
}

/** @throws StagingFailure with `sentence` and how the script ended, when not with 0 */
export async function runBuildpackScript(
  { buildDir, stdout, scripts }: Staging,
  sentence: string,
  { root, name, cache, further }: BuildpackScript,
): Promise<void> {
  const failed = await runScript(join(root, 'bin', name), [buildDir, cache, ...further], stdout, scripts)
  if (failed) throw new StagingFailure(sentence, failed)
}

export function warn({ scripts }: Staging, line: string): void {
  scripts.stderr(Buffer.from(`${visible(line)}\n`))
}
