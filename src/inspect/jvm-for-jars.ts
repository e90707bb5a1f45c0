/** Checks that a buildpack provides the JVM for sidecars that are jars. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration, EnvName, Sidecar } from '../config/sidecar.ts'
import type { Problems } from '../problems/problems.ts'
import type { Environment } from '../system/environment.ts'
import { OWN_NAMES } from './buildpack-list.ts'

export interface JvmSurrounding {
  /** Names or URLs of the buildpacks, including this one; none: Cloud Foundry detects one. */
  readonly buildpacks: readonly string[]
  /** Whether a Java buildpack recognises the app. */
  readonly isJavaApp: boolean
  /** The app's environment. */
  readonly env: Environment
  /** The output of earlier buildpacks; absent: this is not a staging. */
  readonly depsDir?: string | undefined
  /** Indexes of earlier buildpacks in it. */
  readonly earlier: readonly string[]
}

const NAMES_JVM = /java(?!script)|jvm|jdk|jre|tomcat|liberty/i

/** Only warnings: an unknown buildpack may provide a JVM too. */
export function checkJvmForJars(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  surrounding: JvmSurrounding,
  problems: Problems,
): void {
  const jars = sidecars.filter(runsAsJar)
  if (jars.length === 0 || hasJvm(surrounding)) return
  const others = surrounding.buildpacks.filter((name) => !OWN_NAMES.includes(name))
  const none =
    others.length > 0 ? `${others.join(', ')} is not known to provide one` : 'no known buildpack provides one'
  for (const { name, place, env } of jars) {
    if (env.has('JAVA_HOME' as EnvName)) continue
    const what = `sidecar ${name} is a jar and requires a JVM, but ${none}`
    problems.warning(place, what, 'add a buildpack that puts java on PATH, or set JAVA_HOME in its env')
  }
}

function hasJvm({ buildpacks, isJavaApp, env, depsDir, earlier }: JvmSurrounding): boolean {
  if (env.JAVA_HOME || buildpacks.some((name) => NAMES_JVM.test(name))) return true
  if (buildpacks.length === 0 && isJavaApp) return true
  return depsDir !== undefined && earlier.some((index) => existsSync(join(depsDir, index, 'bin', 'java')))
}

/** Judges a download by its name. */
function runsAsJar({ source, command }: Sidecar): boolean {
  if (command !== undefined || !source) return false
  const file =
    source.executable ?? (source.kind === 'path' ? source.path : source.kind === 'uri' ? source.uri : '')
  return /\.jar$/i.test(file.replace(/[?#].*$/, ''))
}
