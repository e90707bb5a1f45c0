/**
 * bin/finalize: this buildpack is the last one. Its supply has staged the sidecars; finalize declares the app's processes
 * and, like libbuildpack, sets up PATH, LD_LIBRARY_PATH and profile.d for the earlier buildpacks.
 */
import { join } from 'node:path'
import { type ReadConfiguration, readConfiguration } from '../config/read.ts'
import type { Configuration } from '../config/sidecar.ts'
import { type EarlierBuildpack, earlierBuildpacks } from '../droplet/earlier-buildpacks.ts'
import { countBuildpacksBeside } from '../inspect/buildpacks-beside.ts'
import { laterOwnBuildpackMayExist, reportOverrides } from '../inspect/overrides.ts'
import { isPadded, launchFolders } from '../platform/deps-folder.ts'
import { LAUNCH_YML, type LaunchProcess, readLaunchYml, renderLaunchYml } from '../platform/launch-yml.ts'
import { PROCFILE, readProcfile } from '../platform/procfile.ts'
import { describeProblem, Problems } from '../problems/problems.ts'
import { MOST, readForeignFileIfThere } from '../system/foreign-file.ts'
import { withoutLinks } from '../system/links.ts'
import type { PhaseContext } from './context.ts'
import { fillProfileDir } from './multi-supply.ts'
import { writeWhole } from './write-whole.ts'

interface FinalizeContext extends PhaseContext {
  /** The fifth argument; with older platforms, which pass four, `<build dir>/.profile.d`. */
  readonly profileDir: string
}

export function finalize(context: FinalizeContext): void {
  const { depsDir, index, log } = context
  const own = readForeignFileIfThere(join(depsDir, index, LAUNCH_YML))
  const sidecars = own ? readLaunchYml(own).value : []
  const read = configurationOf(context)
  const { configuration } = read
  const processes = appProcesses(configuration, context)
  const earlier = earlierBuildpacks(depsDir, index)
  const earlierProcesses = earlier.flatMap((each) => each.processes)
  // With ten or more buildpacks, the platform ignores the launch.yml of earlier ones (docs/explanation/platform.md).
  const unread = isPadded(index) ? earlierProcesses : []
  // The platform keeps duplicate types within one file, so the later entry wins here, as it does between files.
  const entries = new Map([...unread, ...processes, ...sidecars].map((each) => [each.type, each]))
  const text = renderLaunchYml([...entries.values()])
  for (const folder of allLaunchFolders(context)) {
    writeWhole(join(withoutLinks(depsDir, folder), LAUNCH_YML), text, 0o644)
  }
  fillProfileDir(depsDir, index, context.profileDir, log)
  warnAboutOverrides(read, earlier, context)
  for (const { type } of processes) log.info(`process ${type}`)
  if (!declaresWeb([...earlierProcesses, ...processes])) {
    log.warning(
      'No start command for process web; add a Procfile, add processes: {web: COMMAND} to sidecars.yml, or list your language buildpack after this one',
    )
  }
}

/** Without reports: supply has reported the problems already. */
function configurationOf({ buildDir, buildpackDir, buildpackName, env }: PhaseContext): ReadConfiguration {
  const buildpack = { name: buildpackName, directory: buildpackDir }
  return readConfiguration({ appDir: buildDir, env, buildpack }, new Problems())
}

/** If supply left the warning to a later buildpack. */
function warnAboutOverrides(
  { overridesLeft, carriedNames }: ReadConfiguration,
  earlier: readonly EarlierBuildpack[],
  { buildpackDir, log }: PhaseContext,
): void {
  if (!laterOwnBuildpackMayExist(earlier, buildpackDir)) return
  const problems = new Problems()
  reportOverrides(overridesLeft, carriedNames, earlier, problems)
  for (const each of problems.sorted()) log[each.severity](describeProblem(each))
}

/** `processes` of sidecars.yml, then the Procfile's, which win. */
function appProcesses(configuration: Configuration, { buildDir }: PhaseContext): readonly LaunchProcess[] {
  const commands = new Map<string, string>(
    configuration.processes.map(({ type, command }) => [type, command]),
  )
  const procfile = readForeignFileIfThere(join(buildDir, PROCFILE), MOST.text)
  if (procfile) {
    for (const [type, command] of readProcfile(procfile).processes) commands.set(type, command)
  }
  return [...commands].map(([type, command]) => ({ type, command, sidecarFor: [], memory: 0 }))
}

function declaresWeb(processes: readonly LaunchProcess[]): boolean {
  return processes.some(({ type, sidecarFor }) => type === 'web' && sidecarFor.length === 0)
}

/** With that of a detected buildpack (docs/explanation/platform.md, "Staging"). */
function allLaunchFolders({ index, buildpackDir }: PhaseContext): ReadonlySet<string> {
  const folders = launchFolders(index)
  return new Set(index === '0' ? [...folders, String(countBuildpacksBeside(buildpackDir) - 1)] : folders)
}
