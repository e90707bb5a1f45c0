/** Creates an instance: its container with the droplet, and its processes. */
import type { ProcessLaunch } from '../lifecycle/launching/launch.ts'
import { makeNamedPipes, type NamedPipes } from '../log/named-pipes.ts'
import { reserveBare } from './bare/bare-enclosure.ts'
import type { Cell } from './cell.ts'
import { reserveContained } from './contained.ts'
import { homeIn } from './enclosure.ts'
import { Instance, type InstanceObserver, type InstanceParts } from './instance.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { limitLogRate } from './logs/log-rate-limit.ts'
import { type LogSink, LogStreamer } from './logs/log-stream.ts'
import { type Member, memberOf, Notices } from './member.ts'
import { createCgroup } from './memory/cgroup.ts'
import type { MemoryLimit } from './memory/memory-limit.ts'
import { watchMemory } from './memory/watched.ts'
import { containerMessages, dropletMessages, SOURCES } from './messages.ts'
import { readyPorts } from './needed-ports.ts'
import { processEnvironment } from './process-environment.ts'
import { failedStep, ProcessRun, type RunStep, type RunStepOptions } from './processes/run-step.ts'
import { StartError, startProcess } from './processes/start-process.ts'
import { type Role, rolesOf } from './roles.ts'
import { dropletSize, unpackDroplet } from './unpacked-droplet.ts'

interface InstanceIdentity {
  readonly guid: string
  /** Whether the cell still has the droplet of an earlier instance. */
  readonly hasDroplet: boolean
}

/** @throws InputError when the droplet is not one */
export async function startInstance(
  spec: InstanceSpec,
  { guid, hasDroplet }: InstanceIdentity,
  cell: Cell,
  observer: InstanceObserver,
): Promise<Instance> {
  const logRate = { ...spec.logRateLimit, linesPerSecond: cell.logLinesPerSecond }
  const limiter = limitLogRate(logRate, () => performance.now())
  const streamer = (source: string, log: LogSink = cell.log) => new LogStreamer(source, log, limiter)
  const { id, log } = cell
  log(SOURCES.cell, 'OUT', [containerMessages.creating(id, guid)])
  const place = { parent: cell.containers, instanceGuid: guid }
  const reserved = cell.container ? reserveContained(place, cell.container) : await reserveBare(place)
  let memory: MemoryLimit | undefined
  try {
    const limit = { bytes: spec.memory.bytes + spec.proxyMemory.bytes }
    memory = (cell.cgroups ? createCgroup(guid, limit, reserved.keepCgroup) : undefined) ?? watchMemory(limit)
    const { folder, handOver, destroy } = reserved
    const home = homeIn(reserved)
    const roles = rolesOf(spec)
    const [, enclosure, pipes] = await together(
      unpackDroplet(home, spec.droplet).then(handOver),
      reserved.enclose(spec.env.get('PATH') ?? '', memory.folder),
      makeNamedPipes(folder, roles.length),
    )
    memory.watch(enclosure.pids)
    log(SOURCES.cell, 'OUT', [containerMessages.created(id, guid)])
    await logDownload(spec, hasDroplet, streamer(SOURCES.cell))
    const parts = { guid, spec, cell, home, enclosure, memory, streamer }
    const members = await startMembers(roles, pipes, parts)
    return new Instance({ ...parts, members, observer, destroy })
  } catch (error) {
    await reserved.destroy()
    await memory?.remove()
    throw error
  }
}

/** On failure, waits until the others have ended too, so that all of them can be cleaned up. */
async function together<A, B, C>(
  ...all: readonly [Promise<A>, Promise<B>, Promise<C>]
): Promise<readonly [A, B, C]> {
  await Promise.allSettled(all)
  return Promise.all(all)
}

/** Here, the droplet is in the container from the beginning. A task has no log line for it. */
async function logDownload(
  { droplet, task }: InstanceSpec,
  hasDroplet: boolean,
  streamer: LogStreamer,
): Promise<void> {
  if (task !== undefined) return
  const size = hasDroplet ? undefined : await dropletSize(droplet)
  streamer.line('OUT', dropletMessages.downloading)
  streamer.line('OUT', dropletMessages.downloaded(size))
}

type StartParts = Omit<InstanceParts, 'members' | 'observer' | 'destroy'>

async function startMembers(
  roles: readonly Role[],
  pipes: readonly NamedPipes[],
  parts: StartParts,
): Promise<readonly Member[]> {
  const { spec, guid, cell, home, enclosure } = parts
  const address = { guid, address: cell.address() }
  const launches = await Promise.all(
    roles.map((role) => {
      const env = processEnvironment(spec, role, address)
      return cell.prepareLaunch({ dropletDir: home, home: enclosure.home, command: role.command, env })
    }),
  )
  const notices = new Notices()
  const ports: ReadonlyMap<string, readonly number[]> =
    spec.task === undefined ? readyPorts(home, spec) : new Map()
  return Promise.all(
    roles.map(async (role, at) => {
      const [launch, pipe] = [launches[at] as ProcessLaunch, pipes[at] as NamedPipes]
      const step = await startStep(role, launch, pipe, parts, notices)
      return memberOf(role, step, notices, role.kind === 'sidecar' ? (ports.get(role.name) ?? []) : [])
    }),
  )
}

async function startStep(
  role: Role,
  launch: ProcessLaunch,
  pipes: NamedPipes,
  { cell, memory, enclosure, streamer }: StartParts,
  notices: Notices,
): Promise<RunStep> {
  const log: LogSink = (source, stream, texts) => {
    notices.read(role, stream, texts)
    cell.log(source, stream, texts)
  }
  const options: RunStepOptions = {
    streamer: streamer(role.source, log),
    room: cell.room,
    gracefulShutdown: cell.gracefulShutdown,
    outOfMemory: () => memory.outOfMemory(),
  }
  try {
    return new ProcessRun(await startProcess(enclosure, launch, pipes), options)
  } catch (error) {
    if (error instanceof StartError) return failedStep(error.message, options)
    throw error
  }
}
