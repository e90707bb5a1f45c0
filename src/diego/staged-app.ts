/** The result of a staging for running: the process types and sidecars that it found. */
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { mergeProcesses, processesOf } from '../lifecycle/staging/processes.ts'
import { LAUNCH_YML, type LaunchProcess, readLaunchYml } from '../platform/launch-yml.ts'
import { megabytes } from '../platform/memory-size.ts'
import { PROCFILE, readProcfile } from '../platform/procfile.ts'
import { readStagingInfo, STAGING_INFO_FILE } from '../platform/staging-info.ts'
import { MOST, readForeignFileIfThere } from '../system/foreign-file.ts'
import { withTemporaryFolder } from '../system/temporary-folder.ts'
import type { InstanceSidecar } from './instance-spec.ts'
import { AS_VCAP } from './unpacked-droplet.ts'

export interface StagedApp {
  /** Start commands by process type. */
  readonly processes: ReadonlyMap<string, string>
  readonly sidecars: readonly (InstanceSidecar & { readonly processTypes: readonly string[] })[]
}

/** @param text of `result.json`. @throws SyntaxError or TypeError when it is not the result of a staging */
export function readStagedApp(text: string): StagedApp {
  const result = JSON.parse(text) as {
    readonly process_types: Readonly<Record<string, string>> | null
    readonly sidecars?: readonly {
      readonly name: string
      readonly process_types: readonly string[]
      readonly command: string
      readonly memory?: number
    }[]
  }
  return {
    processes: new Map(Object.entries(result.process_types ?? {})),
    sidecars: (result.sidecars ?? []).map(({ name, process_types, command, memory }) => ({
      name,
      processTypes: process_types,
      command,
      ...(memory && { memory: megabytes(memory) }),
    })),
  }
}

const WANTED = ['deps/*/launch.yml', `app/${PROCFILE}`, STAGING_INFO_FILE]

/**
 * The same of a droplet without its `result.json` (for example from `cf download-droplet`): of every `launch.yml` of its
 * buildpacks, the app's Procfile, and the start command of its web process.
 * @param droplet a gzip'd tar; an unreadable one gives no result
 */
export function readStagedDroplet(droplet: string): Promise<StagedApp> {
  return withTemporaryFolder('sidecar-buildpack-droplet-', async (folder) => {
    // tar fails for missing files, but not every droplet has all of them.
    const patterns = WANTED.flatMap((each) => [each, `./${each}`])
    const args = ['-xzf', droplet, '-C', folder, ...AS_VCAP, '--wildcards', ...patterns]
    await promisify(execFile)('tar', args).catch(() => undefined)
    return stagedAppOf(
      mergeProcesses(await launchProcesses(folder), await procfile(folder)),
      await startCommand(folder),
    )
  })
}

function stagedAppOf(merged: readonly LaunchProcess[], startCommand: string): StagedApp {
  const own = merged.filter(({ sidecarFor }) => sidecarFor.length === 0)
  const sidecars = merged.filter(({ sidecarFor }) => sidecarFor.length > 0)
  return {
    processes: new Map([['web', startCommand], ...own.map(({ type, command }) => [type, command] as const)]),
    sidecars: sidecars.map(({ type, sidecarFor, command, memory }) => ({
      name: type,
      processTypes: sidecarFor,
      command,
      ...(memory > 0 && { memory: megabytes(memory) }),
    })),
  }
}

/** Of each buildpack in order, from the unpadded directories, the only ones that the platform reads. */
async function launchProcesses(folder: string): Promise<readonly LaunchProcess[]> {
  const indexes = (await readdir(join(folder, 'deps')).catch(() => []))
    .filter((name) => /^(?:0|[1-9]\d*)$/.test(name))
    .sort((a, b) => Number(a) - Number(b))
  let merged: readonly LaunchProcess[] = []
  for (const index of indexes) {
    const text = read(folder, join('deps', index, LAUNCH_YML))
    if (text) merged = mergeProcesses(merged, readLaunchYml(text).value)
  }
  return merged
}

async function procfile(folder: string): Promise<readonly LaunchProcess[]> {
  const text = read(folder, join('app', PROCFILE))
  return text ? processesOf(readProcfile(text).processes) : []
}

async function startCommand(folder: string): Promise<string> {
  const text = read(folder, STAGING_INFO_FILE)
  return text ? readStagingInfo(text).value.start_command : ''
}

/** @throws InputError when the entry with this name is not a file */
function read(folder: string, file: string): Buffer | undefined {
  return readForeignFileIfThere(join(folder, file), MOST.text, {
    shown: `${file} of the droplet`,
    noFollow: true,
  })
}
