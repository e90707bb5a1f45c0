/** Draws a plan as text. */
import { LOADED_SHARE } from '../java/loaded-classes.ts'
import { visibleLine } from '../problems/visible.ts'
import { describeBytes } from '../system/byte-size.ts'
import { type BarPart, bar } from './bar.ts'
import type { JvmPlan } from './jvm-plan.ts'
import { type MemoryPart, memoryParts, sumOf } from './memory-parts.ts'
import type { JavaPlan, Plan, ProcessPlan } from './plan.ts'
import { type InjectedPlan, isMissing, type SidecarPlan, type SourcePlan } from './sidecar-plan.ts'
import { describeSize as size } from './sizes.ts'

const WIDTH = 64

/** Ends in a newline. */
export function drawPlan(plan: Plan): string {
  const parts = [
    plan.java && javaLines(plan.java),
    ...plan.processes.map(processLines),
    plan.sidecars.length > 0 ? plan.sidecars.flatMap(sidecarLines) : ['No sidecars.'],
    plan.injected.length > 0 ? ['On the JVM of the app:', ...plan.injected.map(injectedLine)] : undefined,
    [droplet(plan)],
  ]
  return parts
    .filter((each) => each !== undefined)
    .map((lines) => `${lines.map(visibleLine).join('\n')}\n`)
    .join('\n')
}

function javaLines({ layout, recognisedBy, classes, addedClasses, unreadable }: JavaPlan): readonly string[] {
  return [
    `Java app (${layout}: ${recognisedBy})`,
    ...(classes === undefined
      ? []
      : [`Classes in the app: ${classes}, of which ${100 * LOADED_SHARE} % count as loaded`]),
    ...(addedClasses > 0
      ? [`Additional classes of agents and libraries: ${addedClasses}, included in the metaspace`]
      : []),
    ...unreadable.map((each) => `No classes counted: ${each}`),
  ]
}

function processLines(process: ProcessPlan): readonly string[] {
  const { type, container, willStart, reason, command, smallest } = process
  const jvms = [process.jvm, process.otherJvm].filter((each) => each !== undefined)
  return [
    `${type}, ${size(container)}: ${willStart ? verdict(jvms.length > 0) : `will not start: ${reason}`}`,
    ...(command === undefined ? [] : [`  command: ${command}`]),
    ...(smallest === undefined ? [] : [`  smallest memory that works: ${size(smallest)}`]),
    ...(jvms.length === 0 ? memoryLines(process, undefined) : []),
    ...jvms.flatMap((jvm) => jvmLines(process, jvm)),
    ...portLines(process),
    ...startLines(process),
  ]
}

function jvmLines(process: ProcessPlan, jvm: JvmPlan): readonly string[] {
  const { buildpack, javaVersion, javaVersionGiven, reason, options } = jvm
  return [
    `  Java buildpack ${buildpack}.x, Java ${javaVersion}${javaVersionGiven ? '' : ' (its default)'}, ` +
      `${jvm.loadedClasses} loaded classes, ${jvm.threads} threads, ${jvm.headRoom} % head room` +
      `${reason !== undefined && process.willStart ? `: will not start: ${reason}` : ''}`,
    ...memoryLines(process, jvm),
    ...(options ? [`  options: ${options}`] : []),
    ...notSubtracted(process, jvm),
  ]
}

const verdict = (isJava: boolean) => (isJava ? 'will start' : "fits (the app's own memory use is unknown)")

function memoryLines(process: ProcessPlan, jvm: JvmPlan | undefined): readonly string[] {
  const parts = memoryParts(process, jvm)
  return [`  ${drawBar(parts, process.container, sumOf(parts))}`, ...parts.map(partLine)]
}

/** Draws what exceeds the container after the bar's end. */
function drawBar(parts: readonly BarPart[], container: number, needed: number): string {
  if (needed <= container) return `|${bar(parts, container, WIDTH)}|`
  const drawn = bar(parts, needed, WIDTH)
  const end = Math.max(1, Math.floor((container / needed) * WIDTH))
  return `|${drawn.slice(0, end)}|${drawn.slice(end)}  ${size(needed - container)} too much`
}

const partLine = ({ letter, name, size: bytes }: MemoryPart) =>
  `  ${letter} ${size(bytes).padStart(8)}  ${name}`

function notSubtracted({ container }: ProcessPlan, jvm: JvmPlan): readonly string[] {
  if (!jvm.notSubtracted) return []
  const { over, options } = jvm.notSubtracted
  return [
    "  if the platform does not subtract the sidecars' memory, the profile.d script does, with the same result;",
    `  if it cannot read the container's limit either, the JVM uses all ${size(container)}` +
      `${options ? ` (${heapOf(options)})` : ''}, ${size(over)} too much`,
  ]
}

const heapOf = (options: string) => options.split(' ').find((each) => each.startsWith('-Xmx')) ?? options

function portLines({ port, proxies }: ProcessPlan): readonly string[] {
  if (port === undefined) return []
  const chain = [...proxies.map((each) => `:${each.port} ${each.name}`), `:${port} app`]
  return [`  port: ${chain.join(' -> ')}`]
}

/** What waits stands after what it waits for. Only where a sidecar waits for another. */
function startLines({ type, startOrder, sidecars }: ProcessPlan): readonly string[] {
  const names = new Set(sidecars.map(({ name }) => name))
  const isOrdered = startOrder.some(
    ({ kind, waitsFor }) =>
      kind === 'sidecar' && waitsFor.some(({ name }) => name !== type && names.has(name)),
  )
  if (!isOrdered) return []
  const waits = startOrder.map(({ name, waitsFor }) =>
    waitsFor.length === 0 ? name : `${name} (after ${waitsFor.map((each) => each.name).join(', ')})`,
  )
  return [`  start order: ${waits.join(', ')}`]
}

function sidecarLines(sidecar: SidecarPlan): readonly string[] {
  const { name, memory, processTypes, command, source, jvm, restart, onPath, carriedBy, when } = sidecar
  const facts = [
    `with ${processTypes.join(', ')}`,
    memory === undefined ? 'no memory reserved' : size(memory),
    ...(sidecar.isGuarded ? ['restarted if it uses more'] : []),
    ...(restart === 'never' ? [] : [`restarted: ${restart}`]),
    ...(onPath ? ["on the app's PATH"] : []),
    ...(carriedBy === undefined ? [] : [`included in ${carriedBy}`]),
    ...(sidecar.isOfManifest ? ['from the manifest'] : []),
    ...(when === undefined ? [] : [when]),
  ]
  return [
    `Sidecar ${name}: ${facts.join(', ')}`,
    ...(command === undefined ? [] : [`  command: ${command}`]),
    ...(source ? [`  source: ${describeSource(source)}`] : []),
    ...(sidecar.after ?? []).map((each) => `  starts after, and stops before: ${each}`),
    ...(sidecar.health === undefined ? [] : [`  health: ${sidecar.health}`]),
    ...(jvm?.kind === 'fits' ? [`  on the JVM of the app: ${jvm.options.join(' ')}`] : []),
    ...(jvm?.kind === 'too-little' ? [`  not enough memory for its JVM: use at least ${jvm.smallest}M`] : []),
  ]
}

function describeSource(source: SourcePlan): string {
  const { kind, from, bytes } = source
  if (isMissing(source)) return `${kind} ${from} (not found)`
  if (kind === 'deps') return `${kind} ${from}, found at start in another buildpack`
  const adds = bytes === undefined ? 'size unknown until downloaded' : `adds ${describeBytes(bytes)}`
  return `${kind} ${from}, ${adds}`
}

function injectedLine({ kind, source, option }: InjectedPlan): string {
  return `  ${kind} ${source ? describeSource(source) : option}`
}

function droplet({ sidecars, injected }: Plan): string {
  const sources = [...sidecars, ...injected].flatMap(({ source }) => source ?? [])
  const known = sources.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
  const unknown = sources.filter((each) => each.bytes === undefined && !isMissing(each)).length
  const besides =
    unknown > 0 ? `, plus ${unknown} ${unknown === 1 ? 'download' : 'downloads'} of unknown size` : ''
  return `Added to the droplet: ${describeBytes(known)}${besides}`
}
