/** What can be said at staging of an app on a JVM and its sidecars, before the platform finds out. */
import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describeMemory, MIB } from '../config/memory-size.ts'
import { InputError, type Place, type Problems } from '../config/problems.ts'
import type { Configuration, JavaLibrary, Origin, ProcessType, Sidecar, Source } from '../config/sidecar.ts'
import { folderView } from './app-view.ts'
import { parseCalculatorSize } from './calculator-size.ts'
import { checkLibraries } from './check-libraries.ts'
import { countClassesInFolder, loadedClassCount } from './class-count.ts'
import { optionFault, textFault } from './java-options.ts'
import { type Environment, type JavaSettings, readJavaSettings } from './java-settings.ts'
import { type CalculatorInput, calculateMemory, smallestTotalMemory } from './memory-calculator.ts'
import { quoteJavaOption } from './option-quoting.ts'
import { type JavaApp, recogniseJavaApp } from './recognise.ts'
import { checkJar, type JarFile, jarStart, smallestJarSidecar } from './staged-jars.ts'

export interface JavaCheck {
  /** Absent: no Java app. */
  readonly app?: JavaApp
  readonly settings: JavaSettings
}

const WEB = 'web' as ProcessType
/** The JRE whose own classes count least: what is too much for it is too much for every other. */
const LENIENT_JAVA = 8
const SIDECAR_TO_START_FROM = 64
const JAR_TO_START_FROM = 256
export const SMALLEST_HEAP = 2n * BigInt(MIB)

/**
 * @param env of the staging: the app's own, and `MEMORY_LIMIT`, the most that the web process can have
 */
export async function checkJavaApp(
  configuration: Configuration,
  appDir: string,
  env: Environment,
  problems: Problems,
): Promise<JavaCheck> {
  const settings = readJavaSettings(env)
  checkInjection(configuration, settings, problems)
  checkJars(configuration, appDir, settings.javaVersion, problems)
  const view = folderView(appDir)
  const app = await recogniseJavaApp(view, settings.mainClass, besideTheApp(configuration))
  checkLibraries(configuration.java.libraries, app, view, problems)
  if (!app) return { settings }
  const mistaken = await recogniseJavaApp(view, settings.mainClass)
  if (mistaken?.file !== app.file) warnOfMistake(configuration, mistaken?.file, problems)
  for (const sidecar of configuration.sidecars) {
    if (sidecar.memory) continue
    problems.error(
      sidecar.place,
      `the sidecar ${sidecar.name} has no memory: the JVM of this Java app (${app.why}) would take all there is`,
      `write memory: ${figureToStartFrom(sidecar, appDir)}M, for example`,
    )
  }
  if (!problems.hasErrors) checkMost(configuration, settings, appDir, env.MEMORY_LIMIT, problems)
  return { app, settings }
}

/** Jars of the app that are sidecars, agents or libraries: they do not make it a Java app. */
export function besideTheApp({ sidecars, java }: Configuration): ReadonlySet<string> {
  const sources = [...sidecars, ...java.agents, ...java.libraries].map((each) => each.source)
  return new Set(sources.flatMap((source) => (source?.kind === 'path' ? posix.normalize(source.path) : [])))
}

/** The buildpack knows nothing of sidecars: at the root it takes a jar with a main class for the app. */
function warnOfMistake(
  { sidecars, java }: Configuration,
  file: string | undefined,
  problems: Problems,
): void {
  const guilty = [...sidecars, ...java.agents, ...java.libraries].find(
    ({ source }) => source?.kind === 'path' && posix.normalize(source.path) === file,
  )
  if (!guilty) return
  const what = `Java buildpack 5.x would take ${file} for the app and run it, because it lies at the app's root`
  problems.warning(guilty.place, what, `move it into a folder: path: lib/${file}`)
}

/** What of `java:` cannot reach a JVM, or would keep it from starting. */
function checkInjection({ java }: Configuration, settings: JavaSettings, problems: Problems): void {
  for (const { text, place } of java.options) report(optionFault(text), place)
  for (const { options, place } of java.agents)
    report(options === undefined ? undefined : textFault(options), place)
  const first = java.agents[0] ?? java.options[0]
  if (first && !settings.optionsFromEnvironment) {
    problems.error(
      first.place,
      'JBP_CONFIG_JAVA_OPTS has from_environment: false, with which no agent or option can arrive',
      'set from_environment: true, the default',
    )
  }

  function report(fault: ReturnType<typeof optionFault>, place: Place): void {
    if (fault) problems.error(place, fault.what, fault.instead)
  }
}

/** The jars that lie in the app or the buildpack; those that have to be fetched are checked when they are there. */
function checkJars(
  { sidecars, java }: Configuration,
  appDir: string,
  javaVersion: number | undefined,
  problems: Problems,
): void {
  const jarOf = (source: Source | undefined, origin: Origin): JarFile | undefined => {
    if (source?.kind !== 'path' || !/\.[jw]ar$/.test(source.path)) return undefined
    const file = join(origin.kind === 'app' ? appDir : origin.directory, source.path)
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? { file, name: source.path } : undefined
  }
  const check = (use: 'agent' | 'library', { source, origin, place }: JavaLibrary) => {
    const jar = jarOf(source, origin)
    const problem = jar && checkJar(use, jar, place, javaVersion)
    if (problem) problems.add([problem])
  }
  for (const each of java.agents) check('agent', each)
  for (const each of java.libraries) check('library', each)
  for (const sidecar of sidecars) {
    const jar = sidecar.command === undefined ? jarOf(sidecar.source, sidecar.origin) : undefined
    if (!jar) continue
    const broken = checkJar('sidecar', jar, sidecar.place, javaVersion)
    const start = broken ? { problem: broken } : jarStart(sidecar, jar)
    if ('problem' in start) problems.add([start.problem])
  }
}

/** All options that the calculator sees, in their order; what comes later wins. */
export function calculatorOptions({ java }: Configuration, settings: JavaSettings): string {
  const ours = java.options.map(({ text }) => quoteJavaOption(text))
  const fromEnvironment = settings.optionsFromEnvironment ? [...ours, settings.ownOptions] : []
  return [settings.configuredOptions, ...fromEnvironment].filter((each) => each !== '').join(' ')
}

/**
 * Whether the calculator will refuse even with the most memory that the web process can have.
 *
 * @param most as the calculator reads a size
 */
export function checkMost(
  configuration: Configuration,
  settings: JavaSettings,
  appDir: string,
  most: string | undefined,
  problems: Problems,
): void {
  const container = parseCalculatorSize(most ?? '')
  if (typeof container !== 'bigint') return
  const attached = configuration.sidecars.filter((each) => each.processTypes.includes(WEB))
  const sidecars = attached.reduce((sum, { memory }) => sum + (memory?.bytes ?? 0), 0)
  const left = container - BigInt(sidecars)
  const limit = describeMemory({ bytes: Number(container) })
  // That the sidecars take it all is said without a look at the app (config/rules/surroundings.ts).
  if (left <= 0n) return
  const input: CalculatorInput = {
    totalMemory: String(left),
    headRoom: settings.headRoom,
    loadedClassCount:
      settings.classCount ??
      loadedClassCount(countClassesInFolder(appDir).classes, settings.javaVersion ?? LENIENT_JAVA),
    threadCount: settings.threadCount,
    jvmOptions: calculatorOptions(configuration, settings),
  }
  const outcome = calculateMemory(input)
  if (outcome.kind === 'fits') return
  const place = guilty(configuration, input)?.place
  const refused = 'the memory calculator would refuse to start the app'
  if (outcome.kind === 'malformed') {
    problems.error(place, `${refused}: ${outcome.what}`, 'correct that figure')
    return
  }
  const smallest = smallestTotalMemory(input, SMALLEST_HEAP)
  const needed = smallest === undefined ? undefined : smallest + sidecars / MIB
  problems.error(
    place,
    `${refused}: ${limit} is the most that web can have` +
      `${sidecars > 0 ? `, the sidecars take ${describeMemory({ bytes: sidecars })} of it` : ''}`,
    needed === undefined ? 'lower the sizes in the JVM options' : `give the app ${needed}M or more`,
  )
}

/** The option of ours without which there would be enough. */
function guilty({ java }: Configuration, input: CalculatorInput) {
  const without = (text: string) =>
    input.jvmOptions
      .split(' ')
      .filter((each) => each !== text)
      .join(' ')
  return java.options.find(
    ({ text }) => calculateMemory({ ...input, jvmOptions: without(text) }).kind === 'fits',
  )
}

function figureToStartFrom(sidecar: Sidecar, appDir: string): number {
  const path = sidecar.source?.kind === 'path' ? sidecar.source.path : ''
  if (!/\.[jw]ar$/.test(path)) return SIDECAR_TO_START_FROM
  const file = join(appDir, path)
  if (!existsSync(file)) return JAR_TO_START_FROM
  try {
    return Math.max(JAR_TO_START_FROM, smallestJarSidecar(sidecar, { file, name: path }))
  } catch (error) {
    if (error instanceof InputError) return JAR_TO_START_FROM
    throw error
  }
}
