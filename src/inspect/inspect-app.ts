/** All checks of an app before anything is written: its configuration, its surroundings, its sources. */
import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { readConfiguration } from '../config/read.ts'
import { checkSurroundings } from '../config/rules/surroundings.ts'
import { checkVariables } from '../config/rules/variables.ts'
import type { Configuration, JavaLibrary, Sidecar } from '../config/sidecar.ts'
import type { EarlierBuildpack } from '../droplet/earlier-buildpacks.ts'
import type { JavaCheck } from '../java/check-java-app.ts'
import { couldBeJava } from '../java/could-be-java.ts'
import { megabytes, parseMemoryText } from '../platform/memory-size.ts'
import type { Problems } from '../problems/problems.ts'
import { type BoundService, boundServices } from '../services/bound-services.ts'
import { type LibraryPlaces, libraryPlaces } from '../sources/executability/library-places.ts'
import { type CheckedSource, checkSource, type SourceContext, type SourceUse } from '../sources/index.ts'
import { MOST, readForeignFile } from '../system/foreign-file.ts'
import { javaBuildpackBeside, languagesBeside } from './buildpacks-beside.ts'
import { withMetConditions } from './conditions.ts'
import type { InspectContext } from './context.ts'
import { checkCredentials } from './credentials.ts'
import { checkJvmForJars } from './jvm-for-jars.ts'
import { laterOwnBuildpackMayExist, reportOverrides } from './overrides.ts'
import { processCommand } from './process-command.ts'

export interface Inspected {
  /** Without the sidecars whose `when` is false. */
  readonly configuration: Configuration
  /** Whether the app or the buildpack has a sidecars.yml at all. */
  readonly hasConfiguration: boolean
  /** Sidecars that the buildpack includes, enabled or not. */
  readonly carriedNames: readonly string[]
  readonly earlier: readonly EarlierBuildpack[]
  /** By sidecar, agent or library; only those with a source. */
  readonly sources: ReadonlyMap<Sidecar | JavaLibrary, CheckedSource>
  /** Absent if nothing indicates Java. */
  readonly java?: JavaCheck
  /** Process types of the Procfile with their commands. */
  readonly procfile: ReadonlyMap<string, string>
}

/** Only reads. Reports all problems. */
export async function inspectApp(context: InspectContext, problems: Problems): Promise<Inspected> {
  const { buildDir, buildpackDir, depsDir, env, log } = context
  const { buildpacks = languagesBeside(buildpackDir) } = context
  const earlier = await earlierOf(context)
  const read = readConfiguration(
    {
      appDir: buildDir,
      env,
      buildpack: { name: context.buildpackName, directory: buildpackDir },
      appEntriesTaken: earlier.some(({ isOurs }) => isOurs),
    },
    problems,
  )
  if (!laterOwnBuildpackMayExist(earlier, buildpackDir))
    reportOverrides(read.overridesLeft, read.carriedNames, earlier, problems)
  const enabled = new Set<string>(read.configuration.sidecars.map(({ name }) => name))
  for (const name of problems.hasErrors ? [] : read.carriedNames)
    if (!enabled.has(name)) log.info(`Sidecar ${JSON.stringify(name)} is disabled`)
  const configuration = context.assumesConditions
    ? read.configuration
    : withMetConditions(read.configuration, env, log)
  const procfile = await procfileOf(buildDir, problems)
  const memoryLimit = parseMemoryText(env.MEMORY_LIMIT ?? '')
  const sources = await checkSources(configuration, { ...context, buildpacks }, earlier, problems)
  const java = await checkJava(configuration, procfile, context, problems)
  checkSurroundings(
    configuration,
    {
      procfileTypes: new Set(procfile.keys()),
      manifestTypes: context.manifestTypes ?? [],
      earlier: earlier.flatMap(({ name, processes }) =>
        processes.map(({ type, sidecarFor, memory }) => ({
          type,
          sidecarFor,
          memory: megabytes(memory),
          by: name,
        })),
      ),
      proxied: new Map(earlier.flatMap(({ name, proxied }) => proxied.map((type) => [type, name] as const))),
      usedPorts: earlier.flatMap(({ name: by, ports }) => ports.map((each) => ({ ...each, by }))),
      isJavaApp: java?.app !== undefined,
      ...(memoryLimit !== undefined && { memoryLimit: { bytes: memoryLimit } }),
    },
    problems,
  )
  checkVariables(configuration, Object.keys(env), problems)
  checkCredentials(configuration, knownServices(env), problems)
  const isJavaApp = java?.app !== undefined
  const indexes = earlier.map(({ index }) => index)
  checkJvmForJars(configuration, { buildpacks, isJavaApp, env, depsDir, earlier: indexes }, problems)
  return {
    configuration,
    hasConfiguration: read.hasOwn || read.hasCarried,
    carriedNames: read.carriedNames,
    earlier,
    sources,
    procfile,
    ...(java && { java }),
  }
}

/** The bound services of a staging; absent: unknown. */
function knownServices(env: InspectContext['env']): readonly BoundService[] | undefined {
  const { VCAP_SERVICES, VCAP_SERVICES_FILE_PATH, SERVICE_BINDING_ROOT } = env
  const isKnown = VCAP_SERVICES || VCAP_SERVICES_FILE_PATH || SERVICE_BINDING_ROOT
  return isKnown ? boundServices(env) : undefined
}

/** Loaded only if something may be Java. */
async function checkJava(
  configuration: Configuration,
  procfile: ReadonlyMap<string, string>,
  context: InspectContext,
  problems: Problems,
): Promise<JavaCheck | undefined> {
  const { buildDir, buildpackDir, env, javaBuildpack = javaBuildpackBeside(buildpackDir) } = context
  if (!javaBuildpack && !couldBeJava(configuration, buildDir, env)) return undefined
  const { checkJavaApp } = await import('../java/check-java-app.ts')
  const view = context.appView?.()
  return checkJavaApp(
    configuration,
    { appDir: buildDir, command: processCommand('web', { procfile, configuration }), ...(view && { view }) },
    env,
    javaBuildpack,
    problems,
  )
}

async function checkSources(
  { sidecars, java }: Configuration,
  context: InspectContext & Pick<Required<InspectContext>, 'buildpacks'>,
  earlier: readonly EarlierBuildpack[],
  problems: Problems,
) {
  const checked = new Map<Sidecar | JavaLibrary, CheckedSource>()
  const { buildpacks } = context
  const check = async (
    item: Sidecar | JavaLibrary,
    use: SourceUse,
    owner: string,
    libraries?: LibraryPlaces,
  ) => {
    if (!item.source || item.source.kind === 'deps') return
    const { source, origin } = item
    const request = { source, origin, use, owner, buildpacks, ...(libraries && { libraries }) }
    const result = await checkSource(request, sourceContextOf(context), problems)
    if (result) checked.set(item, result)
  }
  const dirs = {
    appDir: context.buildDir,
    depsDir: context.depsDir,
    earlier: earlier.map(({ index }) => index),
    appLibraryPath: context.env.LD_LIBRARY_PATH,
  }
  for (const each of sidecars) {
    const use = each.command === undefined ? 'run' : 'command'
    await check(each, use, each.name, libraryPlaces(each, dirs))
  }
  for (const each of java.agents) await check(each, 'jar', 'java.agents')
  for (const each of java.libraries) await check(each, 'jar', 'java.libraries')
  return checked
}

/** The part of the context that sources use. */
export function sourceContextOf(context: InspectContext): SourceContext {
  const { buildDir, buildpackDir, cacheDir, env, log, clock } = context
  return {
    appDir: buildDir,
    buildpackDir,
    ...(cacheDir !== undefined && { cacheDir }),
    stack: env.CF_STACK,
    env,
    log,
    clock,
  }
}

async function earlierOf({ depsDir, index }: InspectContext): Promise<readonly EarlierBuildpack[]> {
  if (depsDir === undefined || index === undefined || Number(index) === 0 || !existsSync(depsDir)) return []
  const { earlierBuildpacks } = await import('../droplet/earlier-buildpacks.ts')
  return earlierBuildpacks(depsDir, index)
}

/** The Procfile's types with their commands. */
export async function procfileOf(buildDir: string, problems: Problems): Promise<ReadonlyMap<string, string>> {
  const file = join(buildDir, 'Procfile')
  // The platform ignores a broken link, but not a circular one.
  if (!existsSync(file) && !lstatSync(file, { throwIfNoEntry: false })) return new Map()
  const text = readProcfileText(file, problems)
  if (text === undefined) return new Map()
  const { readProcfile } = await import('../platform/procfile.ts')
  const { processes, problems: found } = readProcfile(text)
  problems.add(found)
  return processes
}

function readProcfileText(file: string, problems: Problems): Buffer | undefined {
  try {
    return readForeignFile(file, MOST.text, { shown: 'the file' })
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    const place = { file: 'Procfile', line: 1, column: 1 }
    problems.error(
      place,
      `Cloud Foundry cannot read this Procfile: ${message}`,
      'make it a file, or remove it',
    )
    return undefined
  }
}
