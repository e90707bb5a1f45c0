/** Checks an app on a JVM and its sidecars at staging, before the platform fails. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration, Sidecar } from '../config/sidecar.ts'
import type { Problems } from '../problems/problems.ts'
import type { Environment } from '../system/environment.ts'
import { addedClasses } from './added-classes.ts'
import { type AppView, folderView } from './app-view.ts'
import type { JavaBuildpack } from './calculators/calculator.ts'
import { checkInjection } from './check-injection.ts'
import { checkJvmMemory } from './check-jvm-memory.ts'
import { checkLibraries } from './check-libraries.ts'
import { checkRecognition } from './check-recognition.ts'
import { countClassesInFolder } from './class-count.ts'
import { type InspectedJars, inspectJars, jarPathOf } from './inspect-jars.ts'
import { chosenJavaVersion, type JavaSettings, readJavaSettings } from './java-settings.ts'
import type { AppOnJvm } from './memory-needs.ts'
import { appTree } from './recognition/app-tree.ts'
import { broughtFiles } from './recognition/brought-files.ts'
import { type JavaApp, javaAppOf, recogniseApp } from './recognition/java-app.ts'
import { smallestJarSidecar } from './staged-jars.ts'
import { runsMemoryCalculator } from './start-command.ts'

export interface JavaCheck {
  /** Absent if it is not a Java app. */
  readonly app?: JavaApp
  readonly settings: JavaSettings
  readonly jars: InspectedJars
  /** The Java buildpack that stages the app; absent: unknown or none. */
  readonly buildpack?: JavaBuildpack
}

const SIDECAR_TO_START_FROM = 64
const JAR_TO_START_FROM = 256

interface JavaAppFiles {
  readonly appDir: string
  /** Absent: the files in `appDir`. */
  readonly view?: AppView
  /** The start command of web; absent: that of the Java buildpack. */
  readonly command?: string | undefined
}

/**
 * @param env of the staging: the app's variables, and `MEMORY_LIMIT`, the maximum of the web process
 * @param buildpack the Java buildpack that stages the app, if it is known
 */
export async function checkJavaApp(
  configuration: Configuration,
  { appDir, view = folderView(appDir), command }: JavaAppFiles,
  env: Environment,
  buildpack: JavaBuildpack | undefined,
  problems: Problems,
): Promise<JavaCheck> {
  const settings = readJavaSettings(env)
  checkInjection(configuration, settings, problems)
  const jars = inspectJars(configuration, appDir, chosenJavaVersion(settings, buildpack), problems)
  const app = await checkApp(configuration, view, settings.mainClass, buildpack, problems)
  checkLibraries(configuration.java.libraries, app, view, problems)
  const check = { settings, jars, ...(buildpack && { buildpack }) }
  if (!app) return check
  for (const sidecar of configuration.sidecars) {
    if (sidecar.memory || sidecar.hasInvalidMemory) continue
    problems.error(
      sidecar.place,
      `sidecar ${sidecar.name} has no memory, and the JVM of this Java app (${app.why}) uses all that is left`,
      `add for example memory: ${suggestedMemory(sidecar, appDir, jars)}M`,
    )
  }
  const checked = { ...check, app }
  if (!problems.hasErrors && env.MEMORY_LIMIT !== undefined && runsMemoryCalculator(command))
    checkJvmMemory(appOnJvm(configuration, checked, app, appDir), env.MEMORY_LIMIT, buildpack, problems)
  return checked
}

/** The data of the app for the memory calculators. */
export function appOnJvm(
  configuration: Configuration,
  { settings, jars }: JavaCheck,
  { layout }: JavaApp,
  appDir: string,
): AppOnJvm & { readonly configuration: Configuration } {
  const counted = new Map([...jars.values()].map(({ file, classes }) => [file, classes]))
  return {
    configuration,
    settings,
    layout,
    classes: countClassesInFolder(appDir, counted).classes,
    addedClasses: addedClasses(configuration.java, jars),
  }
}

/** @returns the kind of app without the files of sidecars, agents and libraries */
async function checkApp(
  configuration: Configuration,
  view: AppView,
  mainClass: string | undefined,
  buildpack: JavaBuildpack | undefined,
  problems: Problems,
): Promise<JavaApp | undefined> {
  const tree = appTree(view)
  const brought = broughtFiles(configuration)
  const left = tree.without(new Set(brought.map(({ path }) => path)))
  const alone = await recogniseApp(left, mainClass)
  const app = javaAppOf(left, alone, buildpack)
  if (app || buildpack) await checkRecognition({ tree, mainClass, alone, brought }, buildpack, problems)
  return app
}

function suggestedMemory(sidecar: Sidecar, appDir: string, jars: InspectedJars): number {
  const jar = jars.get(sidecar)
  if (jar) return Math.max(JAR_TO_START_FROM, jar.problem ? 0 : smallestJarSidecar(sidecar, jar))
  const path = jarPathOf(sidecar.source)
  const isMissing = path !== undefined && !existsSync(join(appDir, path))
  return isMissing ? JAR_TO_START_FROM : SIDECAR_TO_START_FROM
}
