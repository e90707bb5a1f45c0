/** What Cloud Foundry says of sidecars.yml and the app manifest together, after staging. */
import { describeMemory, type MemorySize, megabytes } from '../config/memory-size.ts'
import type { Place, Problems } from '../config/problems.ts'
import { nearestType } from '../config/rules/nearest-type.ts'
import type { Configuration } from '../config/sidecar.ts'
import type { JavaApp } from '../java/recognition/java-app.ts'
import type { AppManifest, ManifestSidecar } from '../manifest/app-manifest.ts'

/** Memory of a process that nothing gives any; an operator may have set another default. */
export const DEFAULT_MEMORY: MemorySize = megabytes(1024)

/** Seconds that the platform gives a process to become healthy unless the manifest says otherwise. */
const DEFAULT_TIMEOUT = 60

export interface Surrounding {
  readonly manifest?: AppManifest
  /** Of the command line, for a process that the manifest gives none; absent: the platform's default. */
  readonly memory?: MemorySize
  /** Process types of the Procfile. */
  readonly procfileTypes?: Iterable<string>
  readonly java?: JavaApp
}

export function checkAgainstManifest(
  configuration: Configuration,
  { manifest, memory, procfileTypes = [], java }: Surrounding,
  problems: Problems,
): void {
  const sidecars = manifest?.sidecars ?? []
  checkSidecarNames(configuration, sidecars, problems)
  if (java) warnWithoutMemory(java, sidecars, problems)
  warnOfAppEffects(configuration, sidecars, problems)
  const declared = [
    'web',
    ...procfileTypes,
    ...(manifest?.processes.keys() ?? []),
    ...configuration.processes.map(({ type }) => type as string),
  ]
  warnOfUnknownTypes(sidecars, declared, problems)
  const types = new Set<string>([...declared, ...configuration.sidecars.flatMap((each) => each.processTypes)])
  for (const type of types) {
    const limit = manifest?.processes.get(type)?.memory ?? memory ?? DEFAULT_MEMORY
    checkSum(
      type,
      limit,
      [...attachedTo(type, configuration.sidecars), ...attachedTo(type, sidecars)],
      problems,
    )
    if (!manifest) continue
    checkWaits(type, configuration, manifest, problems)
    checkProxies(type, configuration, manifest, problems)
  }
}

interface WithMemory {
  readonly place: Place | undefined
  readonly processTypes: readonly string[]
  readonly memory?: MemorySize
}

const attachedTo = <T extends WithMemory>(type: string, sidecars: readonly T[]) =>
  sidecars.filter(({ processTypes }) => processTypes.includes(type))

/** The sidecars of one process must leave something of its memory. Source: Cloud Controller's SidecarMemoryLessThanProcessMemoryPolicy. */
export function checkSum(
  type: string,
  limit: MemorySize,
  attached: readonly WithMemory[],
  problems: Problems,
): void {
  const reserving = attached.filter(({ memory }) => memory !== undefined)
  const bytes = reserving.reduce((sum, { memory }) => sum + (memory?.bytes ?? 0), 0)
  if (reserving.length === 0 || bytes < limit.bytes) return
  const what = `the sidecars of process ${type} take ${describeMemory({ bytes })}, which leaves nothing of its ${describeMemory(limit)}`
  problems.error(reserving.at(-1)?.place, what, `give ${type} more memory than its sidecars together`)
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

/** What only a staging brings to light: the sidecars of every buildpack beside those of the manifest. */
export function checkStagedSidecars(
  staged: readonly (WithMemory & { readonly name: string })[],
  processTypes: readonly string[],
  { manifest, memory }: Pick<Surrounding, 'manifest' | 'memory'>,
  problems: Problems,
): void {
  const ofManifest = manifest?.sidecars ?? []
  for (const { name, place } of ofManifest.filter((each) => staged.some((one) => one.name === each.name))) {
    const what = `a buildpack brings a sidecar ${name} too; Cloud Foundry refuses the droplet`
    problems.error(place, what, 'give one of them another name')
  }
  const all = [...staged, ...ofManifest]
  // A process type that does not exist has no memory that could be too small.
  for (const type of new Set([...processTypes, ...(manifest?.processes.keys() ?? [])])) {
    const limit = manifest?.processes.get(type)?.memory ?? memory ?? DEFAULT_MEMORY
    checkSum(type, limit, attachedTo(type, all), problems)
  }
}

/** The platform takes them; the Java buildpack then gives the app's JVM what such a sidecar needs. */
function warnWithoutMemory({ why }: JavaApp, sidecars: readonly ManifestSidecar[], problems: Problems): void {
  for (const { name, place, memory } of sidecars) {
    if (memory) continue
    const what = `sidecar ${name} has no memory, and the JVM of this Java app (${why}) takes all there is`
    problems.warning(place, what, 'add for example memory: 64M')
  }
}

function warnOfUnknownTypes(
  sidecars: readonly ManifestSidecar[],
  declared: readonly string[],
  problems: Problems,
): void {
  for (const { name, place, processTypes } of sidecars) {
    for (const type of processTypes.filter((each) => !declared.includes(each))) {
      const meant = nearestType(type, declared)
      const what = `sidecar ${name}: nothing declares process type "${type}"`
      const instead =
        meant === undefined ? 'it runs only if a buildpack declares it' : `did you mean ${meant}?`
      problems.warning(place, what, instead)
    }
  }
}

/** Staging never sees a sidecar of the app manifest, and nothing positive marks the app's process at its start. */
function warnOfAppEffects(
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
    const what = `sidecar ${name} of the app manifest looks like the app at its start, so it gets the app's settings too (${gets.join(', ')})`
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
  const timeout = manifest.processes.get(type)?.timeout ?? DEFAULT_TIMEOUT
  const [first] = waiting
  if (!first || longest <= timeout) return
  const what = `the app may wait up to ${longest} s for its sidecars, but its health check gives ${type} ${timeout} s`
  const instead = `set timeout: ${Math.ceil(longest) + 30} in the manifest, or shorten the timeouts`
  problems.warning(first.waitFor?.place ?? first.place, what, instead)
}

/** A process other than `web` that is only watched by its pid, as is the default for it, has no port to be proxied. */
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
