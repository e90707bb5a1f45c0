/** Checks an app for every command: its sidecars.yml as staging reads it, its manifest, and both together. */

import { readConfiguration } from '../config/read.ts'
import type { Condition, Configuration } from '../config/sidecar.ts'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'
import { javaBuildpackOfNames } from '../java/java-buildpack-name.ts'
import { runsMemoryCalculator } from '../java/start-command.ts'
import { silentLog } from '../log/log.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import type { MemorySize } from '../platform/memory-size.ts'
import { attachedTo, processMemory, reservedBytes } from '../platform/process-memory.ts'
import { DEFAULT_STACK } from '../platform/stacks.ts'
import { Problems } from '../problems/problems.ts'
import { boundServices } from '../services/bound-services.ts'
import {
  type BuildpackList,
  checkBuildpackList,
  OWN_NAMES,
  runsOwnBuildpack,
  usualBuildpack,
} from './buildpack-list.ts'
import { checkCommands } from './commands.ts'
import { type ConditionState, describeCondition, stateOf, withMetConditions } from './conditions.ts'
import type { InspectContext } from './context.ts'
import { type Inspected, inspectApp, procfileOf } from './inspect-app.ts'
import { checkAgainstManifest, type Surrounding } from './manifest-rules.ts'
import { processCommand } from './process-command.ts'
import { checkWorkingDirs } from './working-dirs.ts'

export interface AppToCheck extends Pick<InspectContext, 'appView'> {
  /** The app's files, as they are pushed. */
  readonly directory: string
  readonly buildpack: { readonly buildpackDir: string; readonly buildpackName: string }
  readonly manifest: AppManifest | undefined
  readonly stack?: string
  /** The value of `--memory` (process-memory.ts). */
  readonly memory?: MemorySize
  /** Variables of the command line, which override the manifest's. */
  readonly env: ReadonlyMap<string, string>
  /** JSON as in `VCAP_SERVICES`; absent: the bound services are unknown. */
  readonly services?: string
  /** The list of `-b`, which replaces the manifest's. */
  readonly buildpacks?: readonly string[]
  /** Absent: determined by the names of the buildpacks. */
  readonly javaBuildpack?: JavaBuildpack
  /** Names in the list of buildpacks that were packaged with this project. */
  readonly own?: readonly string[]
}

export interface CheckedApp extends Inspected {
  /** Whether the list of buildpacks runs this buildpack, so that sidecars.yml is used. */
  readonly runs: boolean
  /** By sidecar: its `when` and the result. */
  readonly conditions: ReadonlyMap<string, { readonly when: Condition; readonly state: ConditionState }>
  /** With every sidecar whose condition is not known to be false. */
  readonly possible: Configuration
}

/**
 * Reports what staging and Cloud Foundry would refuse as errors. What they would refuse only if an unknown condition is
 * true is a warning: a staging without the service omits that sidecar.
 */
export async function checkApp(app: AppToCheck, problems: Problems): Promise<CheckedApp> {
  if (runsOwnBuildpack(listOf(app))) return { ...(await checkStaged(app, problems)), runs: true }
  const ofConfiguration = new Problems()
  const checked = await checkStaged(app, ofConfiguration)
  checkAgainstManifest(NOTHING, surroundingOf(app, checked.procfile), problems)
  addAsWarnings(ofConfiguration, problems, 'only if this buildpack runs')
  return { ...checked, runs: false }
}

/** The app as it is staged without this buildpack. */
const NOTHING: Configuration = {
  sidecars: [],
  processes: [],
  java: { agents: [], libraries: [], options: [] },
}

async function checkStaged(app: AppToCheck, problems: Problems): Promise<Omit<CheckedApp, 'runs'>> {
  const ofAll = new Problems()
  const all = await inspect(app, true, ofAll)
  const conditions = conditionsOf(app, all.configuration)
  if (conditions.size === 0) problems.add(ofAll.sorted())
  const asStaged = conditions.size === 0 ? all : await inspect(app, false, problems)
  const isPossible = ({ name }: { readonly name: string }) => conditions.get(name)?.state !== 'not met'
  const hasUnknown = [...conditions.values()].some(({ state }) => state === 'unknown')
  if (hasUnknown) addAsWarnings(ofAll, problems, 'only if its condition is true')
  const possible = { ...all.configuration, sidecars: all.configuration.sidecars.filter(isPossible) }
  checkList(app, possible, asStaged, problems)
  const own = listOf(app).names.find((name) => OWN_NAMES.includes(name))
  if (own !== undefined && !asStaged.hasConfiguration) {
    const what = `buildpacks lists ${own}, but the app has no sidecars.yml`
    problems.warning(app.manifest?.place, what, `write a sidecars.yml, or remove ${own} from buildpacks`)
  }
  return { ...asStaged, conditions, possible }
}

/** The part of `checkApp` that staging does not check: the manifest and sidecars.yml together. */
export async function checkWithManifest(app: AppToCheck, problems: Problems): Promise<void> {
  const { directory, buildpack } = app
  const env = environmentOf(app)
  const saidByStaging = new Problems()
  const own = { name: buildpack.buildpackName, directory: buildpack.buildpackDir }
  const read = readConfiguration({ appDir: directory, env, buildpack: own }, saidByStaging)
  const procfile = await procfileOf(directory, saidByStaging)
  const isStaged = runsOwnBuildpack(listOf(app))
  if (isStaged && saidByStaging.hasErrors) return
  const configuration = withMetConditions(read.configuration, env, silentLog)
  checkAgainstManifest(isStaged ? configuration : NOTHING, surroundingOf(app, procfile), problems)
  checkList(app, configuration, { procfile, hasConfiguration: read.hasOwn || read.hasCarried }, problems)
}

async function inspect(app: AppToCheck, assumesConditions: boolean, problems: Problems): Promise<Inspected> {
  const { directory, manifest } = app
  const names = manifest?.buildpacks ?? []
  const { javaBuildpack = javaBuildpackOfNames(names) } = app
  const inspected = await inspectApp(
    {
      ...app.buildpack,
      buildDir: directory,
      env: environmentOf(app),
      log: silentLog,
      clock: () => new Date(),
      assumesConditions,
      manifestTypes: [...(manifest?.processes.keys() ?? [])],
      buildpacks: names,
      ...(app.appView && { appView: app.appView }),
      ...(javaBuildpack && { javaBuildpack }),
    },
    problems,
  )
  const { configuration, java, procfile } = inspected
  checkWorkingDirs(configuration, directory, problems)
  checkCommands(configuration, directory, environmentOf(app).CF_STACK, problems)
  await checkJavaMemory(inspected, app, problems)
  checkAgainstManifest(
    configuration,
    { ...surroundingOf(app, procfile), ...(java?.app && { java: java.app }) },
    problems,
  )
  return inspected
}

function surroundingOf({ manifest, memory }: AppToCheck, procfile: Inspected['procfile']): Surrounding {
  return { procfileTypes: [...procfile.keys()], ...(manifest && { manifest }), ...(memory && { memory }) }
}

function environmentOf({ manifest, stack, env, services }: AppToCheck): Record<string, string> {
  return {
    CF_STACK: stack ?? manifest?.stack ?? DEFAULT_STACK,
    ...Object.fromEntries(manifest?.env ?? []),
    ...Object.fromEntries(env),
    ...(services !== undefined && { VCAP_SERVICES: services }),
  }
}

/** Staging only knows the maximum memory of a container; the manifest has the memory of web. */
async function checkJavaMemory(
  { configuration, java, procfile }: Inspected,
  app: AppToCheck,
  problems: Problems,
): Promise<void> {
  const isKnown = app.manifest !== undefined || app.memory !== undefined
  if (!isKnown || !java?.app || problems.hasErrors) return
  if (!runsMemoryCalculator(processCommand('web', { ...app, procfile, configuration }))) return
  const ofManifest = attachedTo('web', app.manifest?.sidecars ?? [])
  const left = processMemory('web', app).bytes - reservedBytes(ofManifest)
  const { appOnJvm } = await import('../java/check-java-app.ts')
  const { checkJvmMemory } = await import('../java/check-jvm-memory.ts')
  const onJvm = appOnJvm(configuration, java, java.app, app.directory)
  checkJvmMemory(onJvm, String(left), java.buildpack, problems)
}

function conditionsOf(app: AppToCheck, { sidecars }: Configuration): CheckedApp['conditions'] {
  const env = environmentOf(app)
  const services = app.services === undefined ? undefined : boundServices(env)
  const known = { env, isEnvComplete: app.env.size > 0, ...(services && { services }) }
  return new Map(
    sidecars.flatMap(({ name, when }) =>
      when ? [[name as string, { when, state: stateOf(when, known) }] as const] : [],
    ),
  )
}

function addAsWarnings(found: Problems, problems: Problems, only: string): void {
  const said = new Set(problems.sorted().map(({ what }) => what))
  for (const each of found.sorted().filter(({ what }) => !said.has(what))) {
    const isError = each.severity === 'error'
    problems.add([isError ? { ...each, severity: 'warning', what: `${each.what} (${only})` } : each])
  }
}

function listOf({ manifest, buildpacks, own = [] }: AppToCheck): BuildpackList {
  return {
    names: buildpacks ?? manifest?.buildpacks ?? [],
    own,
    lifecycle: manifest?.lifecycle ?? 'buildpack',
    place: buildpacks ? undefined : manifest?.place,
  }
}

function checkList(
  app: AppToCheck,
  { sidecars, processes }: Configuration,
  { procfile, hasConfiguration }: Pick<Inspected, 'procfile' | 'hasConfiguration'>,
  problems: Problems,
): void {
  const { manifest, buildpacks } = app
  if (!manifest && !buildpacks) return
  const claimsApp = processes.some(({ type }) => type === 'web')
  const declaresWeb =
    claimsApp || procfile.has('web') || manifest?.processes.get('web')?.command !== undefined
  const names = sidecars.map(({ name }) => name)
  checkBuildpackList(
    listOf(app),
    { sidecars: names, hasConfiguration, declaresWeb, claimsApp, usual: usualBuildpack(app.directory) },
    problems,
  )
}

/** By sidecar: `if service my-apm is bound (not met)`. */
export function describeConditions({ conditions }: CheckedApp): ReadonlyMap<string, string> {
  return new Map(
    [...conditions].map(([name, { when, state }]) => [name, `${describeCondition(when)} (${state})`]),
  )
}
