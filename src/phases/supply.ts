/** bin/supply: checks everything, then writes the sidecars of this buildpack into `deps/<index>`. */
import { accessSync, constants, rmSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Sidecar, Source } from '../config/sidecar.ts'
import { copiedProfilePath, homePath, OUR_FILES } from '../droplet/droplet-paths.ts'
import { folderNames } from '../droplet/folder-names.ts'
import { type DropletPlan, planDroplet } from '../droplet/plan.ts'
import { portUsesMark } from '../droplet/port-uses.ts'
import type { StagedSidecar } from '../droplet/staged-sidecar.ts'
import { checkCommands } from '../inspect/commands.ts'
import { checkDepsSources } from '../inspect/deps-sources.ts'
import { type Inspected, inspectApp, sourceContextOf } from '../inspect/inspect-app.ts'
import { checkWorkingDirs } from '../inspect/working-dirs.ts'
import type { JavaCheck } from '../java/check-java-app.ts'
import {
  CONFIG_YML,
  OUR_CARRIED,
  OUR_CLASSES,
  OUR_MARK,
  OUR_PROXIES,
  renderConfigYml,
} from '../platform/config-yml.ts'
import { launchFolders } from '../platform/deps-folder.ts'
import { LAUNCH_YML, renderLaunchYml } from '../platform/launch-yml.ts'
import { describeMemory } from '../platform/memory-size.ts'
import { describeProblem, Problems } from '../problems/problems.ts'
import { type CheckedSource, cleanCache, placeSource } from '../sources/index.ts'
import { withoutLinks } from '../system/links.ts'
import { makeFolder, writeFailure } from '../system/write-failure.ts'
import type { PhaseContext } from './context.ts'
import { Failures } from './failures.ts'
import { warnAboutUnreadSidecars } from './unread-sidecars.ts'
import { writeWhole } from './write-whole.ts'

/** @throws InputError when the configuration is refused; nothing is written then */
export async function supply(context: PhaseContext): Promise<void> {
  const { log, depsDir, index } = context
  log.step(`${context.buildpackName} ${context.buildpackVersion}`)
  const problems = new Problems()
  const inspected = await inspectApp(context, problems)
  checkWorkingDirs(inspected.configuration, context.buildDir, problems)
  checkDepsSources(inspected.configuration, depsDir, index, problems)
  checkCommands(inspected.configuration, context.buildDir, context.env.CF_STACK, problems)
  problems.throwIfErrors()
  for (const each of problems.sorted()) log[each.severity](describeProblem(each))
  if (!inspected.hasConfiguration) {
    log.warning('No sidecars.yml found in the app or the buildpack; no sidecars are added')
  }
  const { configuration, earlier } = inspected
  warnAboutUnreadSidecars(earlier, context)
  prepare(depsDir, index)
  const failures = new Failures()
  const staged = await stageSidecars(inspected, context, failures)
  const java = inspected.java && (await stageJavaOn(inspected, inspected.java, context, failures))
  failures.throwIfAny()
  const takenPorts = new Set(earlier.flatMap(({ numbers }) => [...numbers]))
  const plan = planDroplet({
    staged,
    index,
    otherSidecars: sidecarsOf(earlier),
    takenPorts,
    earlierAffectsApp: earlier.some(({ isOurs }) => isOurs),
    ...(java?.isUsed && { java: java.staged }),
  })
  await cleanCache([...inspected.sources.values()], sourceContextOf(context))
  const carried = inspected.carriedNames
  write(plan, context, {
    ...java?.config,
    ...proxiedTypes(configuration.sidecars),
    ...portUsesMark(configuration, takenPorts),
    ...(carried.length > 0 && { [OUR_CARRIED]: carried }),
  })
}

/** Adds agents, libraries and options of the app's JVM to the droplet, profile.d and (for Java buildpack 4.x) config.yml. */
async function stageJavaOn(
  { configuration, sources, earlier }: Inspected,
  check: JavaCheck,
  context: PhaseContext,
  failures: Failures,
) {
  const { stageJava } = await import('./java.ts')
  const { additionalLibraries } = await import('../java/injection.ts')
  const earlierClasses = earlier.reduce((sum, each) => sum + each.addedClasses, 0)
  const staged = {
    ...(await stageJava(configuration, sources, check, context, failures)),
    earlierClasses,
  }
  const libraries = additionalLibraries(staged, context.buildDir)
  return {
    staged,
    isUsed: staged.agents.length + libraries.length + staged.options.length > 0,
    config: {
      ...(libraries.length > 0 && { additional_libraries: libraries }),
      ...(staged.addedClasses > 0 && { [OUR_CLASSES]: [String(staged.addedClasses)] }),
    },
  }
}

/** For a later buildpack of ours, which cannot add its proxy to the same chain. */
function proxiedTypes(sidecars: readonly Sidecar[]): Readonly<Record<string, readonly string[]>> {
  const types = new Set(sidecars.flatMap(({ proxy, processTypes }) => (proxy ? processTypes : [])))
  return types.size > 0 ? { [OUR_PROXIES]: [...types] } : {}
}

function sidecarsOf(earlier: Inspected['earlier']) {
  return earlier.flatMap(({ processes }) => processes.filter(({ sidecarFor }) => sidecarFor.length > 0))
}

/** Makes our directory, and removes what an earlier staging left there. */
function prepare(depsDir: string, index: string): void {
  const stale = [...OUR_FILES.map((name) => join(index, name)), copiedProfilePath(index)]
  try {
    makeFolder(withoutLinks(depsDir, index))
    // Before anything is removed or copied.
    accessSync(join(depsDir, index), constants.W_OK)
    for (const path of stale) rmSync(join(depsDir, path), { recursive: true, force: true })
  } catch (thrown) {
    throw new Error(`cannot write ${join(depsDir, index)}: ${writeFailure(thrown)}`, { cause: thrown })
  }
}

async function stageSidecars(
  { configuration, sources, java }: Inspected,
  context: PhaseContext,
  failures: Failures,
) {
  const folders = folderNames(configuration.sidecars.map(({ name }) => name))
  const staged: StagedSidecar[] = []
  for (const sidecar of configuration.sidecars) {
    const folder = folders.get(sidecar.name) ?? ''
    const placed = await failures.collect(() =>
      stageSource({ sidecar, folder, checked: sources.get(sidecar) }, java, context, failures),
    )
    if (!placed) continue
    staged.push({ sidecar, folder, ...placed })
    context.log.info(describeSidecar(sidecar))
  }
  return staged
}

type PlacedFiles = Pick<StagedSidecar, 'start' | 'hasHome' | 'deps' | 'executableDir' | 'libraryDir'>

interface CheckedSidecar extends Pick<StagedSidecar, 'sidecar' | 'folder'> {
  readonly checked: CheckedSource | undefined
}

/** @returns undefined when another sidecar has failed and the result would depend on this one's setup, which does not run */
async function stageSource(
  { sidecar, folder, checked }: CheckedSidecar,
  java: JavaCheck | undefined,
  context: PhaseContext,
  failures: Failures,
): Promise<PlacedFiles | undefined> {
  const { depsDir, index, env, log } = context
  const { name, command, setup } = sidecar
  if (sidecar.source?.kind === 'deps') return stageDeps(sidecar.source, command)
  if (!checked) return { start: { kind: 'shell', command: command ?? '' }, hasHome: false }
  const home = join(depsDir, homePath(index, folder))
  const { executable } = await placeSource(checked, home)
  if (setup) {
    if (failures.any) {
      log.info(`setup of ${name} is not run, because another sidecar has failed`)
      return undefined
    }
    const { runSetup } = await import('./setup.ts')
    await runSetup({ name, setup, folder: home, env, log })
  }
  const placed = {
    hasHome: true,
    ...directoryOf(executable?.file),
    ...(executable?.libraryDir !== undefined && { libraryDir: executable.libraryDir }),
  }
  if (command !== undefined) return { start: { kind: 'shell', command }, ...placed }
  if (!executable) throw new Error(`the source of ${name} contains no executable`)
  const { file, kind } = executable
  if (kind !== 'jar') return { start: { kind: 'executable', file }, ...placed }
  const { jvmOptionsOf } = await import('./java.ts')
  return {
    start: { kind: 'jar', file, jvmOptions: jvmOptionsOf(sidecar, join(home, file), java, env) },
    ...placed,
  }
}

/** Nothing is copied: the start script looks for it. */
function stageDeps(
  { deps, executable }: Extract<Source, { kind: 'deps' }>,
  command: string | undefined,
): PlacedFiles {
  const file = executable ?? posix.basename(deps)
  return {
    start: command === undefined ? { kind: 'executable', file } : { kind: 'shell', command },
    hasHome: false,
    deps,
    ...directoryOf(executable),
  }
}

function directoryOf(executable = '.'): Pick<StagedSidecar, 'executableDir'> {
  const executableDir = posix.dirname(executable)
  return executableDir === '.' ? {} : { executableDir }
}

function write(
  { files, launch }: DropletPlan,
  context: PhaseContext,
  forOthers: Readonly<Record<string, readonly string[]>>,
): void {
  const { depsDir, index, buildpackName: name, buildpackVersion: version } = context
  for (const { path, mode, text } of files) writeWhole(join(depsDir, path), text, mode)
  const launchYml = renderLaunchYml(launch)
  for (const folder of launchFolders(index))
    writeWhole(join(withoutLinks(depsDir, folder), LAUNCH_YML), launchYml, 0o644)
  const config = renderConfigYml({ name, version, config: { [OUR_MARK]: version, ...forOthers } })
  writeWhole(join(depsDir, index, CONFIG_YML), config, 0o644)
}

function describeSidecar({ name, processTypes, memory }: Sidecar): string {
  const processes = `${processTypes.length === 1 ? 'process' : 'processes'} ${processTypes.join(', ')}`
  return `Sidecar ${JSON.stringify(name)} added to ${processes}${memory ? ` (${describeMemory(memory)})` : ''}`
}
