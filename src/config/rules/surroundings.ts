/** Rules between a configuration and its surroundings at staging. */

import { describeMemory, type MemorySize } from '../../platform/memory-size.ts'
import { attachedTo, memoryOfApp, reservedBytes } from '../../platform/process-memory.ts'
import type { Problems } from '../../problems/problems.ts'
import { describeOrigin } from '../merge.ts'
import type { Configuration, Sidecar } from '../sidecar.ts'
import { nearestType } from './nearest-type.ts'
import { readinessPort } from './ports.ts'

/** The data of staging besides the configuration. Names and types as in `launch.yml`. */
interface Surroundings {
  /** Process types in the Procfile. */
  readonly procfileTypes: ReadonlySet<string>
  /** Process types in the app manifest, if it is known. */
  readonly manifestTypes: readonly string[]
  /** launch.yml entries of earlier buildpacks. `by`: the buildpack's name or index. */
  readonly earlier: readonly EarlierEntry[]
  /** Process types with a proxy of an earlier buildpack of ours, with its name. */
  readonly proxied: ReadonlyMap<string, string>
  /** Ports of sidecars of earlier buildpacks of ours. */
  readonly usedPorts: readonly UsedPort[]
  /** The staging container's MEMORY_LIMIT: an upper bound of the web process's memory. */
  readonly memoryLimit?: MemorySize
  /** Whether a Java buildpack would recognise the app. */
  readonly isJavaApp: boolean
}

interface EarlierEntry {
  readonly type: string
  /** Process types of a sidecar; empty for a process type. */
  readonly sidecarFor: readonly string[]
  readonly memory: MemorySize
  readonly by: string
}

interface UsedPort {
  readonly processType: string
  readonly sidecar: string
  readonly port: { readonly number: number }
  readonly by: string
}

export function checkSurroundings(
  configuration: Configuration,
  surroundings: Surroundings,
  problems: Problems,
): void {
  const twin = reportTwin(configuration, surroundings, problems)
  const around = twin === undefined ? surroundings : without(twin, surroundings)
  for (const sidecar of configuration.sidecars) {
    checkName(sidecar, around, problems)
    checkTypesAreDeclared(sidecar, configuration, around, problems)
    checkProxy(sidecar, around, problems)
    checkProxyHasPort(sidecar, problems)
    checkUsedPorts(sidecar, around, problems)
  }
  if (around.memoryLimit) checkReservations(configuration, around.earlier, around.memoryLimit, problems)
}

const isSidecar = ({ sidecarFor }: EarlierEntry) => sidecarFor.length > 0

/**
 * Reports once that a buildpack is listed twice, for example in two versions: all sidecars, proxies and ports conflict.
 * @returns its name
 */
function reportTwin(
  { sidecars }: Configuration,
  { earlier }: Surroundings,
  problems: Problems,
): string | undefined {
  for (const { name, place, origin } of sidecars) {
    const other = earlier.find((each) => each.type === name && isSidecar(each))
    if (!other || describeOrigin(origin) !== `the buildpack ${other.by}`) continue
    const what = `two buildpacks named ${other.by} declare the sidecar ${name}; the platform would keep only one of them`
    problems.error(place, what, 'list only one of the two')
    return other.by
  }
  return undefined
}

/** Without the sidecars of an earlier buildpack. */
function without(buildpack: string, around: Surroundings): Surroundings {
  return {
    ...around,
    earlier: around.earlier.filter((each) => each.by !== buildpack || !isSidecar(each)),
    proxied: new Map([...around.proxied].filter(([, by]) => by !== buildpack)),
    usedPorts: around.usedPorts.filter(({ by }) => by !== buildpack),
  }
}

function checkName({ name, place, origin }: Sidecar, around: Surroundings, problems: Problems): void {
  const rename = 'choose another name'
  if (around.procfileTypes.has(name) && name !== 'web') {
    problems.error(
      place,
      `the sidecar ${name} has the name of a process in the Procfile, which would replace it`,
      rename,
    )
  }
  const other = around.earlier.find((each) => each.type === name)
  if (other && isSidecar(other)) {
    const what = `both the buildpack ${other.by} and ${describeOrigin(origin)} declare the sidecar ${name}; the platform would keep only one of them`
    problems.error(place, what, rename)
  } else if (other) {
    problems.error(
      place,
      `the sidecar ${name} has the name of a process type of the buildpack ${other.by}`,
      rename,
    )
  }
  if (name === 'task') {
    const what = 'the Java buildpacks declare a process type named task, which would replace this sidecar'
    if (around.isJavaApp) problems.error(place, what, rename)
    else problems.warning(place, what, rename)
  }
}

function checkProxy(
  { name, place, proxy, processTypes }: Sidecar,
  { proxied }: Surroundings,
  problems: Problems,
): void {
  const type = proxy && processTypes.find((each) => proxied.has(each))
  if (type === undefined) return
  const what = `${name} is a proxy of ${type}, which already has a proxy of the buildpack ${proxied.get(type)}`
  problems.error(place, what, 'proxies of one process type must come from one buildpack')
}

/** The platform gives a port to `web`, and to other types only if a route is mapped to them. */
function checkProxyHasPort({ name, place, proxy, processTypes }: Sidecar, problems: Problems): void {
  const type = proxy && processTypes.find((each) => each !== 'web')
  if (type === undefined) return
  const what = `${name} is a proxy of ${type}, which has no port unless a route is mapped to it`
  problems.warning(place, what, `leave ${type} out of process_types, or map a route`)
}

function checkUsedPorts(
  { name, place, proxy, waitFor, health, processTypes }: Sidecar,
  { usedPorts }: Surroundings,
  problems: Problems,
): void {
  const own = [readinessPort(waitFor), readinessPort(health), proxy?.appPort]
  const used = usedPorts.find(
    ({ port, processType }) => own.includes(port.number) && processTypes.some((each) => each === processType),
  )
  if (!used) return
  const { sidecar, by, port, processType } = used
  const what = `${name} and ${sidecar} of the buildpack ${by} both use port ${port.number} in process ${processType}`
  problems.error(place, what, 'use different ports')
}

function checkTypesAreDeclared(
  sidecar: Sidecar,
  { processes }: Configuration,
  around: Surroundings,
  problems: Problems,
): void {
  const declared = new Set<string>([
    'web',
    'task',
    ...around.procfileTypes,
    ...around.manifestTypes,
    ...processes.map(({ type }) => type),
  ])
  for (const each of around.earlier) if (!isSidecar(each)) declared.add(each.type)
  for (const type of sidecar.processTypes) {
    if (declared.has(type)) continue
    const what = `process type ${type} of the sidecar ${sidecar.name} is not declared by the Procfile or an earlier buildpack`
    const meant = nearestType(type, [...declared])
    const instead =
      meant === undefined
        ? `it runs only if a later buildpack or the app manifest declares ${type}`
        : `did you mean ${meant}?`
    problems.warning(sidecar.place, what, instead)
  }
}

/** The platform adds up the sidecars of all buildpacks. */
function checkReservations(
  { sidecars }: Configuration,
  earlier: readonly EarlierEntry[],
  limit: MemorySize,
  problems: Problems,
): void {
  for (const type of new Set(sidecars.flatMap((each) => each.processTypes))) {
    const attached = attachedTo(type, sidecars)
    const own = reservedBytes(attached)
    const others = reservedBytes(earlier.filter(({ sidecarFor }) => sidecarFor.includes(type)))
    if (own === 0 || memoryOfApp(limit, own + others)) continue
    const place = attached.findLast(({ memory }) => memory)?.place
    const whose = others > 0 ? ` (${describeMemory({ bytes: others })} of it in other buildpacks)` : ''
    const what = `the sidecars of ${type} use ${describeMemory({ bytes: own + others })}${whose}, which leaves nothing of the ${describeMemory(limit)} memory limit of staging`
    if (type === 'web') problems.error(place, what, 'give the app more memory than its sidecars together')
    else problems.warning(place, what, `Cloud Foundry refuses this unless ${type} has more memory`)
  }
}
