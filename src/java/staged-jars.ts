/** The problem of a jar, its number of classes, and the options of a jar sidecar. */

import type { EnvName, Sidecar } from '../config/sidecar.ts'
import { toMegabytes } from '../platform/memory-size.ts'
import { InputError, type Place, type Problem } from '../problems/problems.ts'
import { withFileSync } from '../zip/byte-source.ts'
import { readDirectory } from '../zip/directory.ts'
import { countJarClasses, type JarClasses } from './class-count.ts'
import { checkAgent, checkLibrary, checkRunnable } from './jar.ts'
import { templateText } from './java-options.ts'
import { type JvmSidecarOptions, jvmSidecarOptions, MOST_SIDECAR_MEMORY } from './jvm-sidecar.ts'

export interface StagedJarFile {
  /** Its path. */
  readonly file: string
  /** As the user wrote it, for messages (a URI without its credentials). */
  readonly name: string
}

export type JarUse = keyof typeof CHECKS

/** An unreadable jar has 0 classes. */
export interface InspectedJar extends JarClasses {
  readonly name: string
  readonly problem?: Problem
}

const CHECKS = {
  agent: [checkAgent, 'use a jar whose manifest has a Premain-Class'],
  library: [checkLibrary, 'use a jar'],
  sidecar: [checkRunnable, 'use a jar that java -jar can run'],
} as const

/** @param javaVersion of the JRE that will run it, if it is known (java-settings.ts) */
export function inspectJar(
  use: JarUse,
  { file, name }: StagedJarFile,
  place: Place,
  javaVersion: number | undefined,
): InspectedJar {
  const [check, instead] = CHECKS[use]
  try {
    return withFileSync(file, name, (source) => {
      check(source, javaVersion)
      return { name, ...countJarClasses(readDirectory(source)) }
    })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return {
      name,
      problem: { severity: 'error', place, what: error.message, instead },
      classes: 0,
      agentClasses: 0,
    }
  }
}

/**
 * The JVM options of a jar sidecar; none if it has no `memory`.
 *
 * @param jar without a problem
 */
export function jarStart(
  sidecar: Sidecar,
  { name, classes }: InspectedJar,
): { readonly jvmOptions: readonly string[] } | { readonly problem: Problem } {
  if (!sidecar.memory) return { jvmOptions: [] }
  const planned = planJarSidecar(sidecar, toMegabytes(sidecar.memory), classes)
  if (planned.kind === 'fits') return { jvmOptions: planned.options }
  return {
    problem: {
      severity: 'error',
      place: sidecar.place,
      what: `${toMegabytes(sidecar.memory)}M is not enough memory for a JVM with ${name}`,
      instead:
        planned.smallest < MOST_SIDECAR_MEMORY
          ? `use memory: ${planned.smallest}M or more`
          : 'lower the sizes in JAVA_OPTS',
    },
  }
}

/** The smallest memory in which a jar can run as a sidecar, in whole MiB; 0 if no memory is enough. */
export function smallestJarSidecar(sidecar: Sidecar, { classes }: InspectedJar): number {
  const planned = planJarSidecar(sidecar, 1, classes)
  if (planned.kind === 'fits') return 1
  return planned.smallest < MOST_SIDECAR_MEMORY ? planned.smallest : 0
}

/** @param memory whole MiB. @param classes number of classes in its jar */
export function planJarSidecar(sidecar: Sidecar, memory: number, classes: number): JvmSidecarOptions {
  return jvmSidecarOptions({ memory, classes, ownOptions: ownOptions(sidecar) })
}

/** The part of the sidecar's `JAVA_OPTS` that is known at staging, without the values of variables. */
function ownOptions({ env }: Sidecar): string {
  const value = env.get('JAVA_OPTS' as EnvName)
  if (value?.kind !== 'text') return ''
  return templateText(value.text)
}
