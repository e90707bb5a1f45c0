/** This machine as a cell. */
import { hostname } from 'node:os'
import type { ContainerChoice } from '../container/choice.ts'
import { guidFrom } from '../lifecycle/guid.ts'
import { prepareLaunch } from '../lifecycle/launching/launch.ts'
import type { Cell } from './cell.ts'
import type { LogSink } from './logs/log-stream.ts'
import { machineAddress } from './machine-address.ts'
import type { ProcessLaunch } from './processes/launch.ts'

export interface LocalCell {
  /** Whether the kernel may hold the memory limit. */
  readonly cgroups: boolean
  /** Absent: the instance runs directly on this machine. */
  readonly container?: ContainerChoice
  /** Directory for containers. */
  readonly containers: string
  /** Interval of health checks until one passes, milliseconds. */
  readonly checkInterval: number
  /** Between SIGTERM and SIGKILL, milliseconds. */
  readonly gracefulShutdown: number
  /** Resolves when a slow reader of the log has caught up. */
  readonly room: () => Promise<void> | undefined
}

/** @param beforeFirstStart called once, with the unpacked droplet; the first start waits for it, later ones do not call it */
export function localCell(
  { container, ...local }: LocalCell,
  log: LogSink,
  beforeFirstStart: (home: string) => Promise<void>,
): Cell {
  let isReady: Promise<void> | undefined
  return {
    id: guidFrom(`cell ${hostname()}`),
    get address() {
      return machineAddress()
    },
    containers: local.containers,
    cgroups: local.cgroups,
    ...(container && { container }),
    prepareLaunch: async (request) => {
      isReady ??= beforeFirstStart(request.dropletDir)
      await isReady
      return asLaunch(await prepareLaunch(request))
    },
    log,
    room: local.room,
    checkInterval: local.checkInterval,
    gracefulShutdown: local.gracefulShutdown,
  }
}

/** If the launcher refuses to start, a process prints its message and exits with its status. */
function asLaunch(prepared: Awaited<ReturnType<typeof prepareLaunch>>): ProcessLaunch {
  if (prepared.kind === 'refused') {
    const script = 'printf "%s\\n" "$0" >&2; exit "$1"'
    const argv = ['sh', '-c', script, prepared.stderr, String(prepared.exit)] as const
    return { file: '/bin/sh', argv: [...argv], env: {}, cwd: '/' }
  }
  return prepared
}
