/** This machine as a cell. */
import { hostname } from 'node:os'
import { guidFrom } from '../lifecycle/guid.ts'
import { type ProcessLaunch, prepareLaunch } from '../lifecycle/launching/launch.ts'
import { GRACEFUL_SHUTDOWN } from '../platform/limits.ts'
import type { Cell } from './cell.ts'
import type { LogSink } from './logs/log-stream.ts'
import { machineAddress } from './machine-address.ts'

/** What may differ between two runs. */
export type LocalCell = Pick<Cell, 'cgroups' | 'container' | 'containers' | 'checkInterval' | 'room'>

/** @param beforeFirstStart called once, with the unpacked droplet; the first start waits for it, later ones do not call it */
export function localCell(
  { cgroups, container, containers, checkInterval, room }: LocalCell,
  log: LogSink,
  beforeFirstStart: (home: string) => Promise<void>,
): Cell {
  let isReady: Promise<void> | undefined
  return {
    id: guidFrom(`cell ${hostname()}`),
    address: machineAddress,
    containers,
    cgroups,
    ...(container && { container }),
    prepareLaunch: async (request) => {
      isReady ??= beforeFirstStart(request.dropletDir)
      await isReady
      return asLaunch(await prepareLaunch(request))
    },
    log,
    room,
    checkInterval,
    gracefulShutdown: GRACEFUL_SHUTDOWN,
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
