/** What staging found and what the app manifest says → what runs, under the rules by which Cloud Controller refuses. */
import { describeMemory, type MemorySize, megabytes } from '../config/memory-size.ts'
import type { Problems } from '../config/problems.ts'
import { appGuid, guidFrom } from '../lifecycle/guid.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import type { ManifestProcess } from '../manifest/processes.ts'
import { MOST_CHARACTERS_OF_COMMAND, MOST_CHARACTERS_OF_NAME } from '../manifest/sidecars.ts'
import type { CheckSpec, HealthCheckSpec, InstanceSidecar, InstanceSpec } from './instance-spec.ts'
import { memoryOfProcess } from './process-environment.ts'
import type { StagedApp } from './staged-app.ts'

export interface PlanInput {
  readonly appName: string
  readonly staged: StagedApp
  readonly manifest: AppManifest | undefined
  readonly processType: string
  /** Of the command line: before the manifest's. */
  readonly memory: MemorySize | undefined
  readonly proxyMemory: MemorySize
  readonly port: number
  /** Of the command line: before the manifest's. */
  readonly env: ReadonlyMap<string, string>
  /** JSON. */
  readonly services: string
  /** Whether `cf ssh` is allowed. */
  readonly hasSsh: boolean
  readonly droplet: string
  /** Absent: the process. */
  readonly task?: Task
}

/** What `cf run-task` gives. */
export interface Task {
  readonly name: string
  readonly command: string
}

/** The platform's defaults; an operator may have others. */
const DEFAULT_MEMORY = megabytes(1024)
const START_TIMEOUT_SECONDS = 60
const INVOCATION_TIMEOUT_SECONDS = 1
const CHECK_INTERVAL_SECONDS = 30
/** Bytes per second. */
const UNLIMITED = -1

/** Undefined when an error was reported. */
export function planInstance(input: PlanInput, problems: Problems): InstanceSpec | undefined {
  const { staged, manifest, processType } = input
  if (input.task) return planTask(input, input.task, problems)
  const process = manifest?.processes.get(processType)
  const command = process?.command ?? staged.processes.get(processType)
  if (command === undefined) {
    const types = [...staged.processes.keys()].join(', ') || 'none'
    const what = `there is no process type ${processType}, and the manifest gives no command for it`
    problems.error(process?.place, what, `the types are: ${types}`)
    return undefined
  }
  const sidecars = attachedSidecars(input, problems)
  const memory = input.memory ?? process?.memory ?? DEFAULT_MEMORY
  checkMemory(processType, memory, sidecars, problems)
  if (problems.hasErrors) return undefined
  const readiness = readinessCheck(process)
  const limit = process?.logRateLimit ?? UNLIMITED
  return {
    ...common(input),
    command,
    sidecars,
    memory,
    proxyMemory: input.proxyMemory,
    healthCheck: healthCheck(processType, process),
    ...(readiness && { readinessCheck: readiness }),
    ...(limit !== UNLIMITED && { logRateLimit: { bytesPerSecond: limit } }),
    hasSsh: input.hasSsh,
  }
}

/** Cloud Controller gives a task its own memory and log rate, not the process's (app/actions/task_create.rb). */
function planTask(input: PlanInput, { name, command }: Task, problems: Problems): InstanceSpec | undefined {
  if (command === '') problems.error(undefined, '--task has no command')
  if (command.length > MOST_CHARACTERS_OF_COMMAND)
    problems.error(
      undefined,
      `the command of the task has more than ${MOST_CHARACTERS_OF_COMMAND} characters`,
    )
  if (problems.hasErrors) return undefined
  return {
    ...common(input),
    task: name,
    command,
    sidecars: [],
    memory: input.memory ?? DEFAULT_MEMORY,
    proxyMemory: { bytes: 0 },
    healthCheck: { kind: 'process' },
    hasSsh: false,
  }
}

function common({ appName, droplet, processType, port, services, manifest, env }: PlanInput) {
  return {
    app: { name: appName, guid: appGuid(appName), version: guidFrom(`version ${droplet}`) },
    processType,
    port,
    services,
    droplet,
    env: new Map([...(manifest?.env ?? []), ...env]),
  }
}

function attachedSidecars(
  { staged, manifest, processType }: PlanInput,
  problems: Problems,
): readonly InstanceSidecar[] {
  const fromBuildpacks = staged.sidecars.map((each) => ({
    ...each,
    place: undefined,
    memory: each.memory === undefined ? undefined : megabytes(each.memory),
  }))
  const names = new Set<string>()
  const attached: InstanceSidecar[] = []
  for (const { name, command, memory, processTypes, place } of [
    ...fromBuildpacks,
    ...(manifest?.sidecars ?? []),
  ]) {
    if (names.has(name)) {
      const what = `a sidecar named ${name} is there already: the platform refuses the second one`
      problems.error(place, what, 'give one of them another name')
    }
    names.add(name)
    // The manifest's own are told where the manifest is read.
    if (!place) checkLengths(name, command, problems)
    if (processTypes.includes(processType)) attached.push({ name, command, ...(memory && { memory }) })
  }
  return attached
}

/** In code points, as the platform's database counts them. */
function checkLengths(name: string, command: string, problems: Problems): void {
  if ([...name].length > MOST_CHARACTERS_OF_NAME) {
    problems.error(undefined, `the name of a sidecar has more than ${MOST_CHARACTERS_OF_NAME} characters`)
  }
  if ([...command].length > MOST_CHARACTERS_OF_COMMAND) {
    const what = `the command of sidecar ${name} has more than ${MOST_CHARACTERS_OF_COMMAND} characters`
    problems.error(undefined, what)
  }
}

function checkMemory(
  processType: string,
  memory: MemorySize,
  sidecars: readonly InstanceSidecar[],
  problems: Problems,
): void {
  if (memoryOfProcess({ memory, sidecars }).bytes > 0) return
  const sum = sidecars.reduce((total, each) => total + (each.memory?.bytes ?? 0), 0)
  const what = `the sidecars reserve ${describeMemory({ bytes: sum })}, which leaves nothing of the ${describeMemory(memory)} of the process ${processType}`
  problems.error(undefined, what, 'give the process more memory, or the sidecars less')
}

/** The platform watches a port of `web` unless told otherwise, and the bare process of every other type. */
function healthCheck(processType: string, process: ManifestProcess | undefined): HealthCheckSpec {
  const kind = process?.healthCheckType ?? (processType === 'web' ? 'port' : 'process')
  if (kind === 'process') return { kind }
  return {
    kind,
    endpoint: process?.healthCheckEndpoint ?? '/',
    invocationTimeout: (process?.healthCheckInvocationTimeout ?? INVOCATION_TIMEOUT_SECONDS) * 1000,
    interval: (process?.healthCheckInterval ?? CHECK_INTERVAL_SECONDS) * 1000,
    startTimeout: (process?.timeout ?? START_TIMEOUT_SECONDS) * 1000,
  }
}

/** Without one, a process is ready as soon as it runs. */
function readinessCheck(process: ManifestProcess | undefined): CheckSpec | undefined {
  const kind = process?.readinessHealthCheckType ?? 'process'
  if (kind === 'process') return undefined
  return {
    kind,
    endpoint: process?.readinessHealthCheckEndpoint ?? '/',
    invocationTimeout: (process?.readinessHealthCheckInvocationTimeout ?? INVOCATION_TIMEOUT_SECONDS) * 1000,
    interval: (process?.readinessHealthCheckInterval ?? CHECK_INTERVAL_SECONDS) * 1000,
  }
}
