/** The result of each Java buildpack's memory calculator for the memory that the sidecars leave to the app. */

import type { Configuration } from '../config/sidecar.ts'
import { MIB } from '../platform/memory-size.ts'
import type { CalculatorInput, CalculatorOutcome, JavaBuildpack } from './calculators/calculator.ts'
import { calculateMemory, smallestTotalMemory } from './calculators/memory-calculator.ts'
import { METASPACE, metaspaceOption } from './calculators/regions.ts'
import { knownOption } from './java-options.ts'
import type { JavaSettings } from './java-settings.ts'
import { loadedClassCount } from './loaded-classes.ts'
import { quoteJavaOption } from './option-quoting.ts'
import type { JavaLayout } from './recognition/recognition.ts'

export interface AppOnJvm {
  readonly configuration: Pick<Configuration, 'java'>
  readonly settings: JavaSettings
  readonly layout: JavaLayout
  /** Of the app (class-count.ts). */
  readonly classes: number
  /** Additional classes of agents and libraries (added-classes.ts). */
  readonly addedClasses: number
}

export interface MemoryNeed {
  readonly buildpack: JavaBuildpack
  readonly javaVersion: number
  readonly isVersionGiven: boolean
  readonly input: Omit<CalculatorInput, 'totalMemory'>
  /** For the container's memory without that of the sidecars. */
  readonly outcome: CalculatorOutcome
  /** Whether the calculator accepts it, and leaves enough heap for a JVM to start. */
  readonly starts: boolean
  /** The smallest container in which the app works, in whole MiB, including the sidecars; absent: none. */
  readonly smallest?: number
}

/** Measured with Java 17 and 25: an HTTP server of one class starts with 4 MiB, not with 2. */
const SMALLEST_HEAP = 4n * BigInt(MIB)
/** Spring Boot with a web server starts with 12 MiB. */
const WORKING_HEAP = 16n * BigInt(MIB)

/**
 * @param container bytes
 * @param sidecars bytes of all sidecars; less than the container
 */
export function memoryNeed(
  app: AppOnJvm,
  buildpack: JavaBuildpack,
  container: number,
  sidecars: number,
): MemoryNeed {
  const { javaVersion, isVersionGiven } = app.settings.jres[buildpack]
  const input = calculatorInput(app, buildpack)
  // As the sidecars' start script writes it: in whole MiB, else in KiB.
  const left = Math.floor((container - sidecars) / 1024)
  const outcome = calculateMemory(buildpack, { ...input, totalMemory: `${left}k` })
  const smallest = smallestTotalMemory(buildpack, input, WORKING_HEAP)
  return {
    buildpack,
    javaVersion,
    isVersionGiven,
    input,
    outcome,
    starts: outcome.kind === 'fits' && outcome.regions.heap >= smallestHeapOf(outcome),
    ...(smallest !== undefined && { smallest: smallest + Math.ceil(sidecars / MIB) }),
  }
}

/** The size of a heap that the options set is up to the user. */
const smallestHeapOf = ({ options }: Extract<CalculatorOutcome, { kind: 'fits' }>) =>
  options.includes('-Xmx') ? SMALLEST_HEAP : 0n

export function calculatorInput(
  { configuration, settings, layout, classes, addedClasses }: AppOnJvm,
  buildpack: JavaBuildpack,
): Omit<CalculatorInput, 'totalMemory'> {
  const { javaVersion, threadCount, headRoom, classCount } = settings.jres[buildpack]
  const loaded = classCount ?? loadedClassCount(buildpack, classes, javaVersion, layout)
  const options = calculatorOptions(configuration, settings)
  const room =
    addedClasses > 0 && settings.optionsFromEnvironment && !options.includes(METASPACE)
      ? [metaspaceOption(loaded + addedClasses)]
      : []
  return {
    headRoom,
    loadedClassCount: loaded,
    threadCount,
    jvmOptions: [...room, options].filter(Boolean).join(' '),
  }
}

/** All options that the calculator gets and that are known before the start, in order; the last one wins. */
function calculatorOptions({ java }: Pick<Configuration, 'java'>, settings: JavaSettings): string {
  const ours = java.options.flatMap(({ text }) => knownOption(text) ?? []).map(quoteJavaOption)
  const fromEnvironment = settings.optionsFromEnvironment ? [...ours, settings.ownOptions] : []
  return [settings.configuredOptions, ...fromEnvironment].filter((each) => each !== '').join(' ')
}
