/** Whether a buildpack provides the JVM on which sidecars that are jars run. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Problems } from '../config/problems.ts'
import type { Configuration, EnvName, Sidecar } from '../config/sidecar.ts'
import { OWN_NAMES } from './buildpack-list.ts'

export interface JvmSurrounding {
  /** Names or URLs of the buildpacks, this one included; none: Cloud Foundry detects one. */
  readonly buildpacks: readonly string[]
  /** Whether a Java buildpack takes the app. */
  readonly isJavaApp: boolean
  /** Of the app. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What earlier buildpacks left; absent: this is not a staging. */
  readonly depsDir?: string | undefined
  /** Indexes of the earlier buildpacks in it. */
  readonly earlier: readonly string[]
}

const NAMES_JVM = /java(?!script)|jvm|jdk|jre|tomcat|liberty/i

/** Warnings only: a buildpack that is not known may provide a JVM, too. */
export function checkJvmForJars(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  surrounding: JvmSurrounding,
  problems: Problems,
): void {
  const jars = sidecars.filter(runsAsJar)
  if (jars.length === 0 || hasJvm(surrounding)) return
  const others = surrounding.buildpacks.filter((name) => !OWN_NAMES.includes(name))
  const none = others.length > 0 ? `${others.join(', ')} provides none` : 'no buildpack provides one'
  for (const { name, place, env } of jars) {
    if (env.has('JAVA_HOME' as EnvName)) continue
    const what = `sidecar ${name} is a jar and requires a JVM, but as far as is known ${none}`
    problems.warning(place, what, 'add a buildpack that puts java on PATH, or set JAVA_HOME in its env')
  }
}

function hasJvm({ buildpacks, isJavaApp, env, depsDir, earlier }: JvmSurrounding): boolean {
  if (env.JAVA_HOME || buildpacks.some((name) => NAMES_JVM.test(name))) return true
  if (buildpacks.length === 0 && isJavaApp) return true
  return depsDir !== undefined && earlier.some((index) => existsSync(join(depsDir, index, 'bin', 'java')))
}

/** Also where a source is downloaded, as far as its name tells. */
function runsAsJar({ source, command }: Sidecar): boolean {
  if (command !== undefined || !source) return false
  const file =
    source.executable ?? (source.kind === 'path' ? source.path : source.kind === 'uri' ? source.uri : '')
  return /\.jar$/i.test(file.replace(/[?#].*$/, ''))
}
