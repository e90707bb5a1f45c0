/** What Cloud Foundry checks about sidecars.yml and the app manifest together, after staging. */

import { nearestType } from '../config/rules/nearest-type.ts'
import type { Configuration } from '../config/sidecar.ts'
import type { JavaApp } from '../java/recognition/java-app.ts'
import type { AppManifest, ManifestSidecar } from '../manifest/app-manifest.ts'
import { DEFAULT_START_TIMEOUT } from '../platform/limits.ts'
import { describeMemory, type MemorySize } from '../platform/memory-size.ts'
import {
  attachedTo,
  type MemoryChoice,
  memoryOfApp,
  processMemory,
  type Reservation,
  reservedBytes,
} from '../platform/process-memory.ts'
import type { Place, Problems } from '../problems/problems.ts'

export interface Surrounding extends MemoryChoice {
  readonly manifest?: AppManifest
  /** Process types in the Procfile. */
  readonly procfileTypes?: Iterable<string>
  readonly java?: JavaApp
}

export function checkAgainstManifest(
  configuration: Configuration,
  surrounding: Surrounding,
  problems: Problems,
): void {
  const { manifest, procfileTypes = [], java } = surrounding
  const sidecars = manifest?.sidecars ?? []
  checkSidecarNames(configuration, sidecars, problems)
  if (java) warnWithoutMemory(java, sidecars, problems)
  warnAboutAppEffects(configuration, sidecars, problems)
  const declared = [
    'web',
    ...procfileTypes,
    ...(manifest?.processes.keys() ?? []),
    ...configuration.processes.map(({ type }) => type as string),
  ]
  warnAboutUnknownTypes(sidecars, declared, problems)
  const types = new Set<string>([...declared, ...configuration.sidecars.flatMap((each) => each.processTypes)])
  for (const type of types) {
    checkSum(
      type,
      processMemory(type, surrounding),
      [...attachedTo(type, configuration.sidecars), ...attachedTo(type, sidecars)],
      problems,
    )
    if (!manifest) continue
    checkWaits(type, configuration, manifest, problems)
    checkProxies(type, configuration, manifest, problems)
  }
}

interface PlacedReservation extends Reservation {
  readonly place?: Place | undefined
}

/** Reports sidecars of one process that use all of its memory. */
export function checkSum(
  type: string,
  limit: MemorySize,
  attached: readonly PlacedReservation[],
  problems: Problems,
): void {
  const bytes = reservedBytes(attached)
  if (memoryOfApp(limit, bytes)) return
  const what = `the sidecars of process ${type} take ${describeMemory({ bytes })}, which leaves nothing of its ${describeMemory(limit)}`
  const last = attached.findLast(({ memory }) => memory !== undefined)
  problems.error(last?.place, what, `give ${type} more memory than its sidecars together`)
}

function checkSidecarNames(
  { sidecars }: Configuration,
  ofManifest: readonly ManifestSidecar[],
  problems: Problems,
): void {
  for (const { name, place } of ofManifest) {
    const same = sidecars.find((each) => each.name === name)
    if (!same) continue
    const what = `the app manifest has a sidecar ${name} too (${place.file}:${place.line}); Cloud Foundry refuses the droplet`
    problems.error(same.place, what, 'keep one of them')
  }
}

/** For the result of a staging: compares the sidecars of all buildpacks with those of the manifest. */
export function checkStagedSidecars(
  staged: readonly (PlacedReservation & {
    readonly name: string
    readonly processTypes: readonly string[]
  })[],
  processTypes: readonly string[],
  surrounding: Surrounding,
  problems: Problems,
): void {
  const { manifest } = surrounding
  const ofManifest = manifest?.sidecars ?? []
  for (const { name, place } of ofManifest.filter((each) => staged.some((one) => one.name === each.name))) {
    const what = `a buildpack adds a sidecar ${name} too; Cloud Foundry refuses the droplet`
    problems.error(place, what, 'give one of them another name')
  }
  const all = [...staged, ...ofManifest]
  // A process type that does not exist has no memory to check.
  for (const type of new Set([...processTypes, ...(manifest?.processes.keys() ?? [])])) {
    checkSum(type, processMemory(type, surrounding), attachedTo(type, all), problems)
  }
}

/** The platform accepts them, but the Java buildpack then gives the app's JVM the memory that the sidecar needs. */
function warnWithoutMemory({ why }: JavaApp, sidecars: readonly ManifestSidecar[], problems: Problems): void {
  for (const { name, place, memory } of sidecars) {
    if (memory) continue
    const what = `sidecar ${name} has no memory, and the JVM of this Java app (${why}) uses all that is left`
    problems.warning(place, what, 'add for example memory: 64M')
  }
}

function warnAboutUnknownTypes(
  sidecars: readonly ManifestSidecar[],
  declared: readonly string[],
  problems: Problems,
): void {
  for (const { name, place, processTypes } of sidecars) {
    for (const type of processTypes.filter((each) => !declared.includes(each))) {
      const meant = nearestType(type, declared)
      const what = `sidecar ${name}: process type "${type}" is not declared`
      const instead =
        meant === undefined ? 'it runs only if a buildpack declares it' : `did you mean ${meant}?`
      problems.warning(place, what, instead)
    }
  }
}

/** Staging does not know the sidecars of the app manifest, and nothing identifies the app's process at its start. */
function warnAboutAppEffects(
  { sidecars, java }: Configuration,
  ofManifest: readonly ManifestSidecar[],
  problems: Problems,
): void {
  for (const { name, place, processTypes } of ofManifest) {
    const beside = sidecars.filter((each) => each.processTypes.some((type) => processTypes.includes(type)))
    const gets = [
      beside.some(({ appEnv }) => appEnv.size > 0) ? ['app_env'] : [],
      beside.some(({ proxy }) => proxy) ? ["the app's port"] : [],
      beside.some(({ waitFor }) => waitFor) ? ['the wait'] : [],
      java.agents.length + java.options.length > 0 ? ['JAVA_OPTS with agents and options'] : [],
      java.libraries.length > 0 ? ['CLASSPATH with libraries'] : [],
    ].flat()
    if (gets.length === 0) continue
    const what = `sidecar ${name} of the app manifest cannot be told from the app at its start, so it gets the app's settings too (${gets.join(', ')})`
    problems.warning(place, what, 'move it into sidecars.yml')
  }
}

function checkWaits(
  type: string,
  { sidecars }: Configuration,
  manifest: AppManifest,
  problems: Problems,
): void {
  const waiting = attachedTo(type, sidecars).filter(({ waitFor }) => waitFor)
  const longest = waiting.reduce((sum, { waitFor }) => sum + (waitFor?.timeout ?? 0), 0) / 1000
  const timeout = manifest.processes.get(type)?.timeout ?? DEFAULT_START_TIMEOUT
  const [first] = waiting
  if (!first || longest <= timeout) return
  const what = `the app may wait up to ${longest} s for its sidecars, but its health check gives ${type} ${timeout} s`
  const instead = `set timeout: ${Math.ceil(longest) + 30} in the manifest, or shorten the timeouts`
  problems.warning(first.waitFor?.place ?? first.place, what, instead)
}

/** By default, a process other than `web` has the health check `process` and therefore no port for a proxy. */
function checkProxies(
  type: string,
  { sidecars }: Configuration,
  manifest: AppManifest,
  problems: Problems,
): void {
  const process = manifest.processes.get(type)
  if (type === 'web' || !process || (process.healthCheckType ?? 'process') !== 'process') return
  for (const { name, place, proxy } of attachedTo(type, sidecars)) {
    if (!proxy) continue
    const what = `${name} is a proxy of ${type}, to which the manifest gives no port (${process.place.file}:${process.place.line})`
    problems.error(place, what, `leave ${type} out of process_types, or give it health-check-type: port`)
  }
}
