/** Creates an instance: its container with the droplet, and its processes. */
import { makeNamedPipes, type NamedPipes } from '../log/named-pipes.ts'
import type { Cell } from './cell.ts'
import { reserve } from './enclose.ts'
import type { Enclosure } from './enclosure.ts'
import { type Instance, type InstanceObserver, RunningInstance } from './instance.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { limitLogRate } from './logs/log-rate-limit.ts'
import { type LogSink, LogStreamer } from './logs/log-stream.ts'
import { Member, Notices } from './member.ts'
import { limitMemory } from './memory/limit-memory.ts'
import type { MemoryLimit } from './memory/memory-limit.ts'
import { containerMessages, dropletMessages, SOURCES } from './messages.ts'
import type { ProcessLaunch } from './processes/launch.ts'
import { failedStep, type RunStep, type RunStepOptions, runStep } from './processes/run-step.ts'
import { StartError, startProcess } from './processes/start-process.ts'
import { type Role, rolesOf } from './roles.ts'
import { dropletSize, homeOf, type UnpackedDroplet, unpackDroplet } from './unpacked-droplet.ts'

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
  const { bytesPerSecond } = spec.logRateLimit ?? {}
  const { logLinesPerSecond: linesPerSecond } = cell
  const limiter = limitLogRate(
    { ...(bytesPerSecond !== undefined && { bytesPerSecond }), ...(linesPerSecond && { linesPerSecond }) },
    () => performance.now(),
  )
  const streamer = (source: string, log: LogSink = cell.log) => new LogStreamer(source, log, limiter)
  const { id, log } = cell
  log(SOURCES.cell, 'OUT', [containerMessages.creating(id, guid)])
  const reserved = await reserve({ parent: cell.containers, instanceGuid: guid }, cell.container)
  let memory: MemoryLimit | undefined
  try {
    const limit = { bytes: spec.memory.bytes + spec.proxyMemory.bytes }
    memory = limitMemory({ instanceGuid: guid, limit }, cell.cgroups)
    if (memory.folder !== undefined) reserved.keepCgroup(memory.folder)
    const roles = rolesOf(spec, { guid, address: cell.address })
    const { folder } = reserved
    const [droplet, enclosure, pipes] = await together(
      unpackDroplet(folder, spec.droplet).then(async (unpacked) => {
        await reserved.handOver(unpacked.home)
        return unpacked
      }),
      reserved.enclose(homeOf(folder), spec.env.get('PATH') ?? ''),
      makeNamedPipes(folder, roles.length),
    )
    memory.watch(enclosure.pids)
    log(SOURCES.cell, 'OUT', [containerMessages.created(id, guid)])
    await logDownload(spec, hasDroplet, streamer(SOURCES.cell))
    const members = await startMembers(roles, pipes, { cell, droplet, enclosure, memory, streamer })
    const { home } = droplet
    const parts = { guid, spec, cell, home, enclosure, memory, members, streamer, observer }
    return new RunningInstance({ ...parts, destroy: reserved.destroy })
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

interface StartParts {
  readonly cell: Cell
  readonly droplet: UnpackedDroplet
  readonly enclosure: Enclosure
  readonly memory: MemoryLimit
  readonly streamer: (source: string, log: LogSink) => LogStreamer
}

async function startMembers(
  roles: readonly Role[],
  pipes: readonly NamedPipes[],
  parts: StartParts,
): Promise<readonly Member[]> {
  const { cell, droplet, enclosure } = parts
  const { home } = enclosure
  const prepared = await Promise.all(
    roles.map(({ command, env }) => cell.prepareLaunch({ dropletDir: droplet.home, home, command, env })),
  )
  const notices = new Notices()
  return Promise.all(
    roles.map(async (role, at) => {
      const step = await startStep(
        role,
        prepared[at] as ProcessLaunch,
        pipes[at] as NamedPipes,
        parts,
        notices,
      )
      return new Member(role, step, notices)
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
    return runStep(await startProcess(enclosure, launch, pipes), options)
  } catch (error) {
    if (error instanceof StartError) return failedStep(error.message, options)
    throw error
  }
}
