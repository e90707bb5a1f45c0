/** How the platform will run an app and its sidecars, as data: `plan --json` prints it unchanged. */
import type { Configuration, ProcessType } from '../config/sidecar.ts'
import { planPorts } from '../droplet/ports.ts'
import { processCommand } from '../inspect/process-command.ts'
import { addedClassesOf } from '../java/added-classes.ts'
import type { AppView } from '../java/app-view.ts'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'
import { enoughMemory } from '../java/check-jvm-memory.ts'
import { readJavaSettings } from '../java/java-settings.ts'
import { type AppOnJvm, calculatorInput } from '../java/memory-needs.ts'
import { appTree } from '../java/recognition/app-tree.ts'
import { broughtFiles } from '../java/recognition/brought-files.ts'
import { javaAppOf, recogniseApp } from '../java/recognition/java-app.ts'
import type { JavaLayout } from '../java/recognition/recognition.ts'
import { runsMemoryCalculator } from '../java/start-command.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import type { MemorySize } from '../platform/memory-size.ts'
import { APP_PORT } from '../platform/ports.ts'
import { attachedTo, memoryOfApp, processMemory, reservedBytes } from '../platform/process-memory.ts'
import { PROCFILE, readProcfile } from '../platform/procfile.ts'
import type { Environment } from '../system/environment.ts'
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
  /** Absent if it is not a Java app. */
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
  /** Whether the environment sets the Java version; otherwise it is the buildpack's default. */
  readonly javaVersionGiven: boolean
  /** Counted in the app; absent if the environment sets a class count. */
  readonly classes?: number
  /** Additional classes of agents and libraries, included in the metaspace. */
  readonly addedClasses: number
  /** The input of the memory calculator. */
  readonly loadedClasses: number
  readonly threads: number
  /** Percent. */
  readonly headRoom: number
  /** Unreadable jars, which count as 0 classes. */
  readonly unreadable: readonly string[]
}

export interface ProcessPlan {
  readonly type: string
  readonly command?: string
  readonly container: number
  readonly sidecars: readonly { readonly name: string; readonly memory?: number }[]
  /** The memory that the sidecars leave. */
  readonly app: number
  readonly willStart: boolean
  /** Why not. */
  readonly reason?: string
  /** Absent: not Java, or its command does not run the memory calculator. */
  readonly jvm?: JvmPlan
  /** With the other Java buildpack, if it is unknown which one stages the app. */
  readonly otherJvm?: JvmPlan
  /** Bytes that are enough with each Java buildpack that may stage the app; absent: no JVM plan, or no amount is enough. */
  readonly smallest?: number
  /** The app's port and the proxies in front of it, outermost first. */
  readonly port?: number
  readonly proxies: readonly PlannedProxy[]
  readonly startOrder: readonly StartStep[]
}

interface PlanInput {
  readonly app: PlannedApp
  readonly configuration: Configuration
  readonly manifest?: AppManifest
  /** The value of `--memory` (process-memory.ts). */
  readonly memory?: MemorySize
  readonly env: Environment
  /** By sidecar: the condition in `when`, and its result if known. */
  readonly conditions?: ReadonlyMap<string, string>
  /** The Java buildpack that stages the app; absent: either. */
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

/** Number of classes that agents in the app load in addition to the app's. Its libraries load none: they are counted there. */
export async function addedClassesIn({ java }: Configuration, view: AppView): Promise<number> {
  const counts = java.agents.map(async ({ source, origin }) => {
    const jar =
      source.kind === 'path' && origin.kind === 'app' ? await view.classesOf(source.path) : undefined
    return jar ? addedClassesOf('agent', jar, true) : 0
  })
  return (await Promise.all(counts)).reduce((sum, each) => sum + each, 0)
}

/** In order of first appearance, web first. */
function processTypes({ app, configuration, manifest }: PlanInput): readonly string[] {
  return [
    ...new Set<string>([
      'web',
      ...configuration.processes.map((each) => each.type),
      ...procfileCommands(app).keys(),
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
  const command = processCommand(type, { ...input, procfile: procfileCommands(input.app) })
  const jvms =
    java && left && runsMemoryCalculator(command)
      ? java.plan.buildpacks.map((each) => jvmPlan(java.app, each, container, taken))
      : []
  const [jvm, otherJvm] = jvms
  const names = attached.map(({ name }) => name as string)
  const own = sidecars.filter(({ name, isOfManifest }) => !isOfManifest && names.includes(name))
  const reason =
    left === undefined
      ? 'the sidecars use all of its memory, which Cloud Foundry refuses'
      : (stagingProblem(own, java !== undefined) ?? reasonOfAll(jvms))
  const smallest = jvms.length > 0 ? enoughMemory(jvms) : undefined
  const ports = portsOf(type, configuration)
  const manifestSidecars = attachedTo(type, manifest?.sidecars ?? []).map(({ name }) => name)
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

/** Why it does not start with any Java buildpack; undefined if it starts with one. */
function reasonOfAll(jvms: readonly JvmPlan[]): string | undefined {
  return jvms.every(({ reason }) => reason !== undefined) ? jvms[0]?.reason : undefined
}

/** @param sidecars without those of the app manifest, which staging does not know */
function stagingProblem(sidecars: readonly SidecarPlan[], isJava: boolean): string | undefined {
  for (const { name, source, memory, jvm } of sidecars) {
    if (isMissing(source)) return `the source of the sidecar ${name} is missing, so staging fails`
    if (isJava && memory === undefined) return `the sidecar ${name} has no memory, so staging fails`
    if (jvm?.kind === 'too-little')
      return `the sidecar ${name} does not have enough memory for its JVM, so staging fails`
  }
  return undefined
}

function procfileCommands({ view }: PlannedApp): ReadonlyMap<string, string> {
  return readProcfile(view.readText(PROCFILE) ?? '').processes
}

function portsOf(type: string, configuration: Configuration): Pick<ProcessPlan, 'port' | 'proxies'> {
  const chain = planPorts(configuration).get(type as ProcessType)
  if (!chain) return { ...(type === 'web' && { port: APP_PORT }), proxies: [] }
  const proxies = [...chain.proxies].map(([name, ports]) => ({
    name,
    port: ports.port?.number ?? APP_PORT,
    forwardsTo: ports.appPort.number,
  }))
  return { port: chain.appPort.number, proxies }
}
