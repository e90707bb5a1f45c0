/** Checks of jars that lie ready to be staged, and how a jar sidecar is started: problems as values. */
import { toMegabytes } from '../config/memory-size.ts'
import { InputError, type Place, type Problem } from '../config/problems.ts'
import type { EnvName, Sidecar } from '../config/sidecar.ts'
import { withFileSync } from '../zip/byte-source.ts'
import { readDirectory } from '../zip/directory.ts'
import { countClassEntries } from './class-count.ts'
import { checkAgent, checkLibrary, checkRunnable } from './jar.ts'
import { type JvmSidecarOptions, jvmSidecarOptions } from './jvm-sidecar.ts'

export interface JarFile {
  /** Where it lies. */
  readonly file: string
  /** As the user wrote it, for messages (a URI without its credentials). */
  readonly name: string
}

const CHECKS = {
  agent: [checkAgent, 'name a jar whose manifest has a Premain-Class'],
  library: [checkLibrary, 'name a jar'],
  sidecar: [checkRunnable, 'name a jar that java -jar can run'],
} as const

/**
 * @param javaVersion of the JRE that will run it, where it is known (`readJavaSettings`)
 * @returns what is wrong with it, if anything
 */
export function checkJar(
  use: keyof typeof CHECKS,
  { file, name }: JarFile,
  place: Place,
  javaVersion: number | undefined,
): Problem | undefined {
  const [check, instead] = CHECKS[use]
  try {
    withFileSync(file, name, (source) => check(source, javaVersion))
    return undefined
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { severity: 'error', place, what: error.message, instead }
  }
}

/**
 * The JVM options of a jar sidecar: none without a memory to stay inside.
 * The jar has been checked (`checkJar`).
 */
export function jarStart(
  sidecar: Sidecar,
  { file, name }: JarFile,
): { readonly jvmOptions: readonly string[] } | { readonly problem: Problem } {
  if (!sidecar.memory) return { jvmOptions: [] }
  const planned = planJarSidecar(sidecar, toMegabytes(sidecar.memory), countClasses(file, name))
  if (planned.kind === 'fits') return { jvmOptions: planned.options }
  return {
    problem: {
      severity: 'error',
      place: sidecar.place,
      what: `${toMegabytes(sidecar.memory)}M is too little memory for a JVM with ${name}`,
      instead: `write memory: ${planned.smallest}M or more`,
    },
  }
}

/** The least memory with which a jar makes a sidecar, in whole MB. */
export function smallestJarSidecar(sidecar: Sidecar, { file, name }: JarFile): number {
  const planned = planJarSidecar(sidecar, 1, countClasses(file, name))
  return planned.kind === 'fits' ? 1 : planned.smallest
}

const countClasses = (file: string, name: string) =>
  withFileSync(file, name, (source) => countClassEntries(readDirectory(source)))

/** @param memory whole MB. @param classes that its jar lists */
export function planJarSidecar(sidecar: Sidecar, memory: number, classes: number): JvmSidecarOptions {
  return jvmSidecarOptions({ memory, classes, ownOptions: ownOptions(sidecar) })
}

/** What is known at staging of the sidecar's own `JAVA_OPTS`; a variable in it is not. */
function ownOptions({ env }: Sidecar): string {
  const value = env.get('JAVA_OPTS' as EnvName)
  if (value?.kind !== 'text') return ''
  return value.text.map((part) => (typeof part === 'string' ? part : '$')).join('')
}
