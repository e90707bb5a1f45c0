/** What the platform will make of an app and its sidecars, as data: `plan --json` prints it as it is. */
import type { MemorySize } from '../config/memory-size.ts'
import type { Configuration } from '../config/sidecar.ts'
import { planPorts } from '../droplet/ports.ts'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'
import { enoughMemory } from '../java/check-memory.ts'
import { type Environment, readJavaSettings } from '../java/java-settings.ts'
import { type AppOnJvm, calculatorInput } from '../java/memory-needs.ts'
import { appTree } from '../java/recognition/app-tree.ts'
import { broughtFiles } from '../java/recognition/brought-files.ts'
import { javaAppOf, recogniseApp } from '../java/recognition/java-app.ts'
import type { JavaLayout } from '../java/recognition/java-layout.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import { APP_PORT } from '../platform/ports.ts'
import { attachedTo, memoryOfApp, processMemory, reservedBytes } from '../platform/process-memory.ts'
import { PROCFILE, readProcfile } from '../platform/procfile.ts'
import { addedClassesIn } from './added-classes-in.ts'
import { type JvmPlan, jvmPlan } from './jvm-plan.ts'
import type { PlannedApp } from './planned-app.ts'
import {
  type InjectedPlan,
  injectedPlan,
  isMissing,
  manifestSidecarPlan,
  type SidecarPlan,
  sidecarPlans,
} from './sidecar-plan.ts'
import { type PlannedProxy, type StartStep, startOrder } from './start-order.ts'

/** Sizes are bytes. */
export interface Plan {
  readonly app: string
  /** Absent: no Java app. */
  readonly java?: JavaPlan
  readonly processes: readonly ProcessPlan[]
  readonly sidecars: readonly SidecarPlan[]
  readonly injected: readonly InjectedPlan[]
  readonly willStart: boolean
}

export interface JavaPlan {
  readonly layout: JavaLayout
  readonly recognisedBy: string
  /** The Java buildpacks that may stage it; the other figures are those of the first. */
  readonly buildpacks: readonly JavaBuildpack[]
  readonly javaVersion: number
  /** Whether the environment says which Java; if not, it is the buildpack's default. */
  readonly javaVersionGiven: boolean
  /** Counted in the app; absent when the environment gives a class count. */
  readonly classes?: number
  /** Further ones that agents and libraries load: the metaspace has room for them. */
  readonly addedClasses: number
  /** What the memory calculator is told. */
  readonly loadedClasses: number
  readonly threads: number
  /** Percent. */
  readonly headRoom: number
  /** Jars that could not be read: they count nothing. */
  readonly unreadable: readonly string[]
}

export interface ProcessPlan {
  readonly type: string
  readonly command?: string
  readonly container: number
  readonly sidecars: readonly { readonly name: string; readonly memory?: number }[]
  /** What the sidecars leave. */
  readonly app: number
  readonly willStart: boolean
  /** Why not. */
  readonly reason?: string
  readonly jvm?: JvmPlan
  /** Under the other Java buildpack, when it is not known which one stages the app. */
  readonly otherJvm?: JvmPlan
  /** Bytes: enough under each Java buildpack that may stage the app; absent: not Java, or no memory is enough. */
  readonly smallest?: number
  /** The port that the app sees, and the proxies before it, the outermost first. */
  readonly port?: number
  readonly proxies: readonly PlannedProxy[]
  readonly startOrder: readonly StartStep[]
}

export interface PlanInput {
  readonly app: PlannedApp
  readonly configuration: Configuration
  readonly manifest?: AppManifest
  /** Of `--memory` (process-memory.ts). */
  readonly memory?: MemorySize
  readonly env: Environment
  /** By sidecar: what `when` asks for, and whether it holds as far as that is known. */
  readonly conditions?: ReadonlyMap<string, string>
  /** The Java buildpack that stages the app; absent: either may. */
  readonly javaBuildpack?: JavaBuildpack
}

export async function makePlan(input: PlanInput): Promise<Plan> {
  const { app, configuration } = input
  const java = await javaPlan(input)
  const sidecars = [
    ...(await sidecarPlans(configuration, app.view, input.conditions)),
    ...(input.manifest?.sidecars ?? []).map(manifestSidecarPlan),
  ]
  const processes = processTypes(input).map((type) => processPlan(type, input, java, sidecars))
  return {
    app: app.name,
    ...(java && { java: java.plan }),
    processes,
    sidecars,
    injected: injectedPlan(configuration, app.view),
    willStart: processes.every((each) => each.willStart),
  }
}

interface PlannedJava {
  readonly plan: JavaPlan
  readonly app: AppOnJvm
}

async function javaPlan(input: PlanInput): Promise<PlannedJava | undefined> {
  const { app, configuration, env, javaBuildpack } = input
  const settings = readJavaSettings(env)
  const brought = new Set(broughtFiles(configuration).map(({ path }) => path))
  const alone = appTree(app.view).without(brought)
  const found = javaAppOf(alone, await recogniseApp(alone, settings.mainClass), javaBuildpack)
  if (!found) return undefined
  const buildpacks = javaBuildpack ? [javaBuildpack] : ([5, 4] as const)
  const [first = 5] = buildpacks
  const { javaVersion, isVersionGiven, threadCount, headRoom, classCount } = settings.jres[first]
  const counted = await app.countClasses()
  const onJvm = {
    configuration,
    settings,
    layout: found.layout,
    classes: counted.classes,
    addedClasses: await addedClassesIn(configuration, app.view),
  }
  const plan = {
    layout: found.layout,
    recognisedBy: found.why,
    buildpacks,
    javaVersion,
    javaVersionGiven: isVersionGiven,
    ...(classCount === undefined && { classes: counted.classes }),
    addedClasses: onJvm.addedClasses,
    loadedClasses: calculatorInput(onJvm, first).loadedClassCount,
    threads: threadCount,
    headRoom,
    unreadable: counted.unreadable,
  }
  return { plan, app: onJvm }
}

/** In the order of their first mention, web first. */
function processTypes({ app, configuration, manifest }: PlanInput): readonly string[] {
  const procfile = app.view.readText(PROCFILE)
  return [
    ...new Set<string>([
      'web',
      ...configuration.processes.map((each) => each.type),
      ...(procfile === undefined ? [] : readProcfile(procfile).processes.keys()),
      ...(manifest?.processes.keys() ?? []),
      ...configuration.sidecars.flatMap((each) => each.processTypes),
      ...(manifest?.sidecars ?? []).flatMap((each) => each.processTypes),
    ]),
  ]
}

function processPlan(
  type: string,
  input: PlanInput,
  java: PlannedJava | undefined,
  sidecars: readonly SidecarPlan[],
): ProcessPlan {
  const { configuration, manifest } = input
  const attached = attachedTo(type, [...configuration.sidecars, ...(manifest?.sidecars ?? [])])
  const memory = processMemory(type, input)
  const container = memory.bytes
  const taken = reservedBytes(attached)
  const left = memoryOfApp(memory, taken)
  const command = commandOf(type, input)
  const jvms =
    java && left ? java.plan.buildpacks.map((each) => jvmPlan(java.app, each, container, taken)) : []
  const [jvm, otherJvm] = jvms
  const names = attached.map(({ name }) => name as string)
  const own = sidecars.filter(({ name, isOfManifest }) => !isOfManifest && names.includes(name))
  const reason =
    left === undefined
      ? 'the sidecars take all of its memory, which the platform refuses'
      : (whatStagingRefuses(own, java !== undefined) ?? reasonOfAll(jvms))
  const smallest = jvms.length > 0 ? enoughMemory(jvms) : undefined
  const ports = portsOf(type, configuration)
  const manifestSidecars = (manifest?.sidecars ?? [])
    .filter((each) => each.processTypes.includes(type))
    .map(({ name }) => name)
  return {
    type,
    ...(command !== undefined && { command }),
    container,
    sidecars: attached.map(({ name, memory }) => ({ name, ...(memory && { memory: memory.bytes }) })),
    app: left?.bytes ?? 0,
    willStart: reason === undefined,
    ...(reason !== undefined && { reason }),
    ...(jvm && { jvm }),
    ...(otherJvm && { otherJvm }),
    ...(smallest !== undefined && { smallest }),
    ...ports,
    startOrder: startOrder({ type, configuration, manifestSidecars, ...ports }),
  }
}

/** Why it starts under none of the Java buildpacks; undefined when it starts under one. */
function reasonOfAll(jvms: readonly JvmPlan[]): string | undefined {
  return jvms.every(({ reason }) => reason !== undefined) ? jvms[0]?.reason : undefined
}

/** @param sidecars those that staging sees: it never does those of the app manifest */
function whatStagingRefuses(sidecars: readonly SidecarPlan[], isJava: boolean): string | undefined {
  for (const { name, source, memory, jvm } of sidecars) {
    if (isMissing(source))
      return `the app does not have the source of the sidecar ${name}, which staging refuses`
    if (isJava && memory === undefined) return `the sidecar ${name} has no memory, which staging refuses`
    if (jvm?.kind === 'too-little')
      return `the sidecar ${name} has too little memory for its JVM, which staging refuses`
  }
  return undefined
}

function commandOf(type: string, { app, configuration, manifest }: PlanInput): string | undefined {
  const procfile = app.view.readText(PROCFILE)
  return (
    manifest?.processes.get(type)?.command ??
    (procfile === undefined ? undefined : readProcfile(procfile).processes.get(type)) ??
    configuration.processes.find((each) => each.type === type)?.command
  )
}

function portsOf(type: string, configuration: Configuration): Pick<ProcessPlan, 'port' | 'proxies'> {
  const chain = [...planPorts(configuration)].find(([each]) => each === type)?.[1]
  if (!chain) return { ...(type === 'web' && { port: APP_PORT }), proxies: [] }
  const proxies = [...chain.proxies].map(([name, ports]) => ({
    name,
    port: ports.port?.number ?? APP_PORT,
    forwardsTo: ports.appPort.number,
  }))
  return { port: chain.appPort.number, proxies }
}
