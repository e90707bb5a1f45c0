/** Combines the staging result and the app manifest into the processes to run, with the checks of Cloud Controller. */
import { checkSum } from '../inspect/manifest-rules.ts'
import { appGuid, guidFrom } from '../lifecycle/guid.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import type { ManifestProcess } from '../manifest/processes.ts'
import {
  DEFAULT_CHECK_INTERVAL,
  DEFAULT_INVOCATION_TIMEOUT,
  DEFAULT_MEMORY,
  DEFAULT_START_TIMEOUT,
  isLongerThan,
  MOST_CHARACTERS_OF_COMMAND,
  MOST_CHARACTERS_OF_NAME,
} from '../platform/limits.ts'
import type { MemorySize } from '../platform/memory-size.ts'
import { attachedTo, processMemory } from '../platform/process-memory.ts'
import type { Problems } from '../problems/problems.ts'
import type { CheckSpec, HealthCheckSpec, InstanceSpec } from './instance-spec.ts'
import type { StagedApp } from './staged-app.ts'

export interface InstancePlanInput {
  readonly appName: string
  readonly staged: StagedApp
  readonly manifest: AppManifest | undefined
  readonly processType: string
  readonly index: number
  /** Of the command line: before the manifest's. */
  readonly memory: MemorySize | undefined
  readonly proxyMemory: MemorySize
  /** Of the command line: before the manifest's, milliseconds. */
  readonly startTimeout?: number | undefined
  readonly port: number
  /** Of the command line: before the manifest's. */
  readonly env: ReadonlyMap<string, string>
  /** JSON. */
  readonly services: string
  readonly hasSsh: boolean
  readonly droplet: string
  /** Absent: the process. */
  readonly task?: Task
}

/** The input of `cf run-task`. */
interface Task {
  readonly name: string
  readonly command: string
}

/** Bytes per second. */
const UNLIMITED = -1

/** Undefined when an error was reported. */
export function planInstance(input: InstancePlanInput, problems: Problems): InstanceSpec | undefined {
  const { staged, manifest, processType } = input
  if (input.task) return planTask(input, input.task, problems)
  const process = manifest?.processes.get(processType)
  const command = process?.command ?? staged.processes.get(processType)
  if (command === undefined) {
    const types = [...staged.processes.keys()].join(', ') || 'none'
    const what = `process type ${processType} is not defined, and the manifest has no command for it`
    problems.error(process?.place, what, `defined types: ${types}`)
    return undefined
  }
  const sidecars = attachedTo(processType, allSidecars(input, problems))
  const memory = input.memory ?? processMemory(processType, { manifest })
  checkSum(processType, memory, sidecars, problems)
  if (problems.hasErrors) return undefined
  const readiness = readinessCheck(process)
  const limit = process?.logRateLimit ?? UNLIMITED
  return {
    ...common(input),
    command,
    sidecars: sidecars.map(({ name, command, memory }) => ({ name, command, ...(memory && { memory }) })),
    memory,
    proxyMemory: input.proxyMemory,
    healthCheck: healthCheck(processType, process, input.startTimeout),
    ...(readiness && { readinessCheck: readiness }),
    ...(limit !== UNLIMITED && { logRateLimit: { bytesPerSecond: limit } }),
    hasSsh: input.hasSsh,
  }
}

/** Cloud Controller gives a task its own memory and log rate, not the process's (app/actions/task_create.rb). */
function planTask(
  input: InstancePlanInput,
  { name, command }: Task,
  problems: Problems,
): InstanceSpec | undefined {
  if (command === '') problems.error(undefined, '--task has no command')
  if (isLongerThan(command, MOST_CHARACTERS_OF_COMMAND))
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

function common({ appName, droplet, processType, index, port, services, manifest, env }: InstancePlanInput) {
  return {
    app: { name: appName, guid: appGuid(appName), version: guidFrom(`version ${droplet}`) },
    processType,
    index,
    port,
    services,
    droplet,
    env: new Map([...(manifest?.env ?? []), ...env]),
  }
}

/** Of the buildpacks and the manifest. */
function allSidecars({ staged, manifest }: InstancePlanInput, problems: Problems) {
  const fromBuildpacks = staged.sidecars.map((each) => ({ ...each, place: undefined }))
  const names = new Set<string>()
  // Those of the manifest are checked where it is read.
  for (const { name, command } of fromBuildpacks) checkLengths(name, command, problems)
  const all = [...fromBuildpacks, ...(manifest?.sidecars ?? [])]
  for (const each of all) {
    if (names.has(each.name)) {
      const what = `there are two sidecars named ${each.name}; Cloud Foundry refuses the second one`
      problems.error(each.place, what, 'give one of them another name')
    }
    names.add(each.name)
  }
  return all
}

/** In code points, as the platform's database counts them. */
function checkLengths(name: string, command: string, problems: Problems): void {
  if (isLongerThan(name, MOST_CHARACTERS_OF_NAME)) {
    problems.error(undefined, `the name of a sidecar has more than ${MOST_CHARACTERS_OF_NAME} characters`)
  }
  if (isLongerThan(command, MOST_CHARACTERS_OF_COMMAND)) {
    const what = `the command of sidecar ${name} has more than ${MOST_CHARACTERS_OF_COMMAND} characters`
    problems.error(undefined, what)
  }
}

/** By default, the platform checks a port of `web`, and only the process of every other type. */
function healthCheck(
  processType: string,
  process: ManifestProcess | undefined,
  startTimeout: number | undefined,
): HealthCheckSpec {
  const kind = process?.healthCheckType ?? (processType === 'web' ? 'port' : 'process')
  if (kind === 'process') return { kind }
  return {
    kind,
    endpoint: process?.healthCheckEndpoint ?? '/',
    invocationTimeout: (process?.healthCheckInvocationTimeout ?? DEFAULT_INVOCATION_TIMEOUT) * 1000,
    interval: (process?.healthCheckInterval ?? DEFAULT_CHECK_INTERVAL) * 1000,
    startTimeout: startTimeout ?? (process?.timeout ?? DEFAULT_START_TIMEOUT) * 1000,
  }
}

/** Without a check, a process is ready as soon as it runs. */
function readinessCheck(process: ManifestProcess | undefined): CheckSpec | undefined {
  const kind = process?.readinessHealthCheckType ?? 'process'
  if (kind === 'process') return undefined
  return {
    kind,
    endpoint: process?.readinessHealthCheckEndpoint ?? '/',
    invocationTimeout: (process?.readinessHealthCheckInvocationTimeout ?? DEFAULT_INVOCATION_TIMEOUT) * 1000,
    interval: (process?.readinessHealthCheckInterval ?? DEFAULT_CHECK_INTERVAL) * 1000,
  }
}
