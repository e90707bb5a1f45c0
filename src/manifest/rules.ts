/** What the platform would say of a sidecars.yml and an app manifest together, after staging. */
import { describeMemory, type MemorySize } from '../config/memory-size.ts'
import type { Problems } from '../config/problems.ts'
import type { Configuration } from '../config/sidecar.ts'
import type { JavaApp } from '../java/recognise.ts'
import type { AppManifest } from './app-manifest.ts'

/** Seconds that the platform gives a process to become healthy unless the manifest says otherwise. */
const DEFAULT_TIMEOUT = 60

export function checkAgainstManifest(
  configuration: Configuration,
  manifest: AppManifest,
  problems: Problems,
  java?: JavaApp,
): void {
  checkSidecarNames(configuration, manifest, problems)
  if (java) warnOfTheBare(java, manifest, problems)
  warnOfTheUntold(configuration, manifest, problems)
  const types = new Set<string>([
    'web',
    ...manifest.processes.keys(),
    ...configuration.sidecars.flatMap((each) => each.processTypes),
  ])
  for (const type of types) {
    checkMemory(type, configuration, manifest, problems)
    checkWaits(type, configuration, manifest, problems)
    checkProxies(type, configuration, manifest, problems)
  }
}

function checkSidecarNames(
  { sidecars, processes }: Configuration,
  manifest: AppManifest,
  problems: Problems,
): void {
  for (const { name, place } of manifest.sidecars) {
    const same = sidecars.find((each) => each.name === name)
    if (same) {
      const what = `the app manifest has a sidecar ${name} too (${place.file}:${place.line}): the platform refuses a droplet that brings it again`
      problems.error(same.place, what, 'keep one of them')
    }
    if (processes.some(({ type }) => type === name)) {
      problems.error(
        place,
        `the sidecar ${name} has the name of a process type of sidecars.yml`,
        'choose another name',
      )
    }
  }
}

/** The platform takes them; the Java buildpack then gives the app's JVM what such a sidecar needs. */
function warnOfTheBare({ why }: JavaApp, manifest: AppManifest, problems: Problems): void {
  for (const { name, place, memory } of manifest.sidecars) {
    if (memory) continue
    const what = `the sidecar ${name} has no memory: the JVM of this Java app (${why}) takes all there is`
    problems.warning(place, what, 'write memory: 64M, for example')
  }
}

/** Staging never sees a sidecar of the app manifest, and nothing positive marks the app's process at its start. */
function warnOfTheUntold({ sidecars, java }: Configuration, manifest: AppManifest, problems: Problems): void {
  for (const { name, place, processTypes } of manifest.sidecars) {
    const beside = sidecars.filter((each) => each.processTypes.some((type) => processTypes.includes(type)))
    const gets = [
      beside.some(({ appEnv }) => appEnv.size > 0) ? ['app_env'] : [],
      beside.some(({ proxy }) => proxy) ? ["the app's port"] : [],
      beside.some(({ waitFor }) => waitFor) ? ['the wait'] : [],
      java.agents.length + java.options.length > 0 ? ['JAVA_OPTS with agents and options'] : [],
      java.libraries.length > 0 ? ['CLASSPATH with libraries'] : [],
    ].flat()
    if (gets.length === 0) continue
    const what = `the sidecar ${name} of the app manifest cannot be told from the app at its start: it gets what is the app's, too`
    problems.warning(place, `${what} (${gets.join(', ')})`, 'move it into sidecars.yml')
  }
}

/** Σ sidecar memory must be less than the process's (Cloud Controller; platform.md, 3). */
function checkMemory(
  type: string,
  { sidecars }: Configuration,
  manifest: AppManifest,
  problems: Problems,
): void {
  const limit = manifest.processes.get(type)?.memory
  const attached = [
    ...sidecars.filter((each) => (each.processTypes as readonly string[]).includes(type)),
    ...manifest.sidecars.filter(({ processTypes }) => processTypes.includes(type)),
  ].filter((each): each is typeof each & { memory: MemorySize } => each.memory !== undefined)
  const bytes = attached.reduce((sum, { memory }) => sum + memory.bytes, 0)
  const last = attached.at(-1)
  if (!limit || !last || bytes < limit.bytes) return
  const what = `the sidecars of ${type} take ${describeMemory({ bytes })} of its ${describeMemory(limit)}`
  problems.error(last.place, what, `give ${type} more memory than its sidecars together`)
}

function checkWaits(
  type: string,
  { sidecars }: Configuration,
  manifest: AppManifest,
  problems: Problems,
): void {
  const waiting = sidecars.filter(
    (each) => each.waitFor && (each.processTypes as readonly string[]).includes(type),
  )
  const longest = waiting.reduce((sum, { waitFor }) => sum + (waitFor?.timeout ?? 0), 0) / 1000
  const timeout = manifest.processes.get(type)?.timeout ?? DEFAULT_TIMEOUT
  const [first] = waiting
  if (!first || longest <= timeout) return
  const what = `the app's start may wait up to ${longest} s for its sidecars, its health check gives ${type} ${timeout} s`
  problems.warning(
    first.waitFor?.place ?? first.place,
    what,
    `set timeout: ${Math.ceil(longest) + 30} in the manifest, or shorter timeouts`,
  )
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
  for (const { name, place, proxy, processTypes } of sidecars) {
    if (!proxy || !(processTypes as readonly string[]).includes(type)) continue
    const what = `${name} is a proxy of ${type}, to which the manifest gives no port (${process.place.file}:${process.place.line})`
    problems.error(place, what, `leave ${type} out of process_types, or give it health-check-type: port`)
  }
}
