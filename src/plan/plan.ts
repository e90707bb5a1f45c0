/** What the platform will make of an app and its sidecars, as data: `plan --json` prints it as it is. */
import type { MemorySize } from '../config/memory-size.ts'
import type { Configuration } from '../config/sidecar.ts'
import { planPorts } from '../droplet/ports.ts'
import { besideTheApp, calculatorOptions } from '../java/check-java-app.ts'
import { loadedClassCount } from '../java/class-count.ts'
import { type Environment, readJavaSettings } from '../java/java-settings.ts'
import { type JavaLayout, recogniseJavaApp } from '../java/recognise.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import { PROCFILE, readProcfile } from '../platform/procfile.ts'
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
  readonly javaVersion: number
  /** Whether the environment says which Java; if not, the plan assumes one. */
  readonly javaVersionGiven: boolean
  /** Counted in the app; absent when the environment gives a class count. */
  readonly classes?: number
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
  /** The port that the app sees, and the proxies before it, the outermost first. */
  readonly port?: number
  readonly proxies: readonly { readonly name: string; readonly port: number; readonly forwardsTo: number }[]
}

export interface PlanInput {
  readonly app: PlannedApp
  readonly configuration: Configuration
  readonly manifest?: AppManifest
  /** For processes of which the manifest gives none. */
  readonly memory: MemorySize
  readonly env: Environment
  /** By sidecar: what `when` asks for, and whether it holds as far as that is known. */
  readonly conditions?: ReadonlyMap<string, string>
}

/** What the buildpack takes when the app does not choose: 5.x. */
const USUAL_JAVA = 17
const PLATFORM_PORT = 8080

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
    ...(java && { java }),
    processes,
    sidecars,
    injected: injectedPlan(configuration, app.view),
    willStart: processes.every((each) => each.willStart),
  }
}

async function javaPlan({ app, configuration, env }: PlanInput): Promise<JavaPlan | undefined> {
  const settings = readJavaSettings(env)
  const found = await recogniseJavaApp(app.view, settings.mainClass, besideTheApp(configuration))
  if (!found) return undefined
  const javaVersion = settings.javaVersion ?? USUAL_JAVA
  const counted = settings.classCount === undefined ? await app.countClasses() : undefined
  return {
    layout: found.layout,
    recognisedBy: found.why,
    javaVersion,
    javaVersionGiven: settings.javaVersion !== undefined,
    ...(counted && { classes: counted.classes }),
    loadedClasses: settings.classCount ?? loadedClassCount(counted?.classes ?? 0, javaVersion),
    threads: settings.threadCount,
    headRoom: settings.headRoom,
    unreadable: counted?.unreadable ?? [],
  }
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
  java: JavaPlan | undefined,
  sidecars: readonly SidecarPlan[],
): ProcessPlan {
  const { configuration, manifest, env } = input
  const attached = [...configuration.sidecars, ...(manifest?.sidecars ?? [])].filter((each) =>
    each.processTypes.some((one) => one === type),
  )
  const container = (manifest?.processes.get(type)?.memory ?? input.memory).bytes
  const taken = attached.reduce((sum, { memory }) => sum + (memory?.bytes ?? 0), 0)
  const command = commandOf(type, input)
  const settings = readJavaSettings(env)
  const jvm =
    java && container > taken
      ? jvmPlan({
          container,
          sidecars: taken,
          headRoom: java.headRoom,
          loadedClassCount: java.loadedClasses,
          threadCount: java.threads,
          jvmOptions: calculatorOptions(configuration, settings),
        })
      : undefined
  const names = attached.map(({ name }) => name as string)
  const own = sidecars.filter(({ name, isOfManifest }) => !isOfManifest && names.includes(name))
  const reason =
    container <= taken
      ? 'the sidecars take all of its memory, which the platform refuses'
      : (whatStagingRefuses(own, java !== undefined) ?? jvm?.reason)
  return {
    type,
    ...(command !== undefined && { command }),
    container,
    sidecars: attached.map(({ name, memory }) => ({ name, ...(memory && { memory: memory.bytes }) })),
    app: Math.max(0, container - taken),
    willStart: reason === undefined,
    ...(reason !== undefined && { reason }),
    ...(jvm && { jvm }),
    ...portsOf(type, configuration),
  }
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
  if (!chain) return { ...(type === 'web' && { port: PLATFORM_PORT }), proxies: [] }
  const proxies = [...chain.proxies].map(([name, ports]) => ({
    name,
    port: ports.port ?? PLATFORM_PORT,
    forwardsTo: ports.appPort,
  }))
  return { port: chain.appPort, proxies }
}
