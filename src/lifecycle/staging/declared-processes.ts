/** The processes and sidecars that a staging declares. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describePathError } from '../../platform/go/system-error.ts'
import { LAUNCH_YML, type LaunchProcess, readLaunchYml } from '../../platform/launch-yml.ts'
import { PROCFILE, readProcfile } from '../../platform/procfile.ts'
import { readRelease } from '../../platform/release.ts'
import { readForeignFileIfThere } from '../../system/foreign-file.ts'
import { RELEASE_FAILED, StagingFailure, within } from './failure.ts'
import { mergeProcesses, processesOf } from './processes.ts'
import { readScript } from './script.ts'
import type { FinalBuildpack, Staging } from './staging.ts'

/**
 * From each supply buildpack, then the final one (its `launch.yml`, else its release), then the Procfile.
 * @throws StagingFailure when one of them cannot be read
 */
export async function declaredProcesses(
  staging: Staging,
  final: FinalBuildpack,
): Promise<readonly LaunchProcess[]> {
  let processes: readonly LaunchProcess[] = []
  for (const index of staging.supplies.keys()) {
    processes = mergeProcesses(processes, (await launchYml(staging, index)) ?? [])
  }
  // The index counts all buildpacks, even for a detected one, although its directory is 0.
  const own = await launchYml(staging, staging.buildpacks.length - 1)
  const declared = own ?? (await within(RELEASE_FAILED, () => released(staging, final)))
  return mergeProcesses(mergeProcesses(processes, declared), await procfile(staging))
}

/** Uses the unpadded index, even if the deps directories are padded; undefined if the file does not exist. */
async function launchYml({ folders }: Staging, index: number): Promise<readonly LaunchProcess[] | undefined> {
  const path = join(folders.deps, String(index), LAUNCH_YML)
  const isThere = await stat(path).catch(() => undefined)
  const text = isThere && read(path)
  if (!text) return undefined
  const { value, error } = readLaunchYml(text)
  if (error) throw new StagingFailure(error.message)
  return value
}

async function released(
  { buildDir, scripts }: Staging,
  { root }: FinalBuildpack,
): Promise<readonly LaunchProcess[]> {
  const { output, failure } = await readScript(join(root, 'bin', 'release'), [buildDir], scripts)
  if (failure) throw new StagingFailure(failure)
  const { value, error } = readRelease(output)
  if (error) throw new StagingFailure("buildpack's release output invalid", error.message)
  return processesOf(value)
}

async function procfile({ buildDir }: Staging): Promise<readonly LaunchProcess[]> {
  const sentence = 'Failed to read command from Procfile'
  const text = read(join(buildDir, PROCFILE), sentence)
  if (!text) return []
  const { processes, problems } = readProcfile(text)
  if (problems.length > 0) throw new StagingFailure(sentence, 'invalid YAML')
  return processesOf(processes)
}

/** @throws StagingFailure with `sentences` before the reason; undefined if the file does not exist */
function read(path: string, ...sentences: readonly string[]): Buffer | undefined {
  try {
    return readForeignFileIfThere(path)
  } catch (thrown) {
    throw new StagingFailure(...sentences, describePathError(thrown as NodeJS.ErrnoException, path))
  }
}
