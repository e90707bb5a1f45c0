/** Starts a process of an instance, with its outputs as pipes. */
import { once } from 'node:events'
import { constants } from 'node:os'
import type { ProcessLaunch } from '../../lifecycle/launching/launch.ts'
import { type NamedPipes, type Started, startIntoPipes } from '../../log/named-pipes.ts'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { MOST_BYTES_OF_ARGUMENT } from '../../platform/limits.ts'
import { signal } from '../../system/proc.ts'
import type { Enclosure, Spawned } from '../enclosure.ts'

export interface StartedProcess extends Omit<Started<unknown>, 'child'> {
  /** Pid on this machine; undefined if it ended before the pid was known. */
  readonly pid: number | undefined
  /** Of the process that was spawned for it: the same, or one that entered a container with its environment. */
  readonly spawnedPid: number
  /**
   * Resolves when the process itself has ended, with its exit status as a shell reports it: 128 plus the signal's number
   * if a signal ended it.
   */
  readonly ended: Promise<number>
  /** Signals the process itself, not its group; does nothing if it has ended. */
  signal(name: NodeJS.Signals): void
}

export class StartError extends Error {}

/**
 * Returns when it runs.
 * @throws StartError
 */
export async function startProcess(
  enclosure: Enclosure,
  launch: ProcessLaunch,
  pipes: NamedPipes,
): Promise<StartedProcess> {
  const { child: spawned, ...outputs } = spawnInto(enclosure, launch, pipes)
  const { child } = spawned
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signalName) =>
      resolve(code ?? 128 + (signalName === null ? 0 : constants.signals[signalName])),
    )
  })
  const { pid: spawnedPid } = child
  if (spawnedPid === undefined) {
    const [error] = (await once(child, 'error')) as [Error]
    throw new StartError(error.message)
  }
  child.on('error', () => undefined)
  const pid = await spawned.pid
  return {
    pid,
    spawnedPid,
    ...outputs,
    ended,
    signal: (name) => {
      const isAlive = child.exitCode === null && child.signalCode === null
      if (isAlive && pid !== undefined) signal(pid, name)
    },
  }
}

function spawnInto(enclosure: Enclosure, launch: ProcessLaunch, pipes: NamedPipes): Started<Spawned> {
  try {
    return startIntoPipes(pipes, (out, err) => enclosure.spawn(launch, out, err))
  } catch (thrown) {
    // Node.js reports most failures with an event; for invalid arguments it throws.
    throw new StartError(startFailure(thrown as NodeJS.ErrnoException, launch))
  }
}

function startFailure(error: NodeJS.ErrnoException, { env }: ProcessLaunch): string {
  const reason = describeSystemError(error)
  for (const [name, value] of Object.entries(env)) {
    const bytes = Buffer.byteLength(`${name}=${value}`)
    if (error.code === 'E2BIG' && bytes > MOST_BYTES_OF_ARGUMENT)
      return `${reason}: ${name} has ${bytes} bytes, one variable at most ${MOST_BYTES_OF_ARGUMENT}`
  }
  return reason
}
