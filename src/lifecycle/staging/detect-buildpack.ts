/** Without a list of buildpacks, only the first one whose `bin/detect` succeeds stages the app. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { buildpackRoot } from './buildpack.ts'
import { DETECT_FAILED, StagingFailure } from './failure.ts'
import { readScript } from './script.ts'
import { type FinalBuildpack, logWarning, type Staging } from './staging.ts'

/** @throws StagingFailure when none succeeds */
export async function detectBuildpack(staging: Staging): Promise<FinalBuildpack> {
  for (const each of staging.buildpacks) {
    try {
      const root = await buildpackRoot(each)
      const script = join(root, 'bin', 'detect')
      await checkDetect(staging, script)
      const { output, failure } = await readScript(script, [staging.buildDir], staging.scripts)
      if (!failure) return { root, told: [each], detected: output.toString().replace(/[\r\n]+$/, '') }
    } catch (thrown) {
      if (!(thrown instanceof StagingFailure)) throw thrown
      logWarning(staging, thrown.message)
    }
  }
  throw new StagingFailure(DETECT_FAILED)
}

async function checkDetect({ stdout }: Staging, script: string): Promise<void> {
  const { mode } = await stat(script).catch((thrown: NodeJS.ErrnoException) => {
    throw new StagingFailure(`stat ${script}: ${describeSystemError(thrown)}`)
  })
  if ((mode & 0o111) !== 0o111) {
    stdout(Buffer.from("WARNING: buildpack script '/bin/detect' is not executable\n"))
  }
}
