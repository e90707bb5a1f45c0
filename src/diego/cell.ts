/** The environment of an instance, and this machine as one. */
import { hostname, networkInterfaces, tmpdir } from 'node:os'
import type { ContainerChoice } from '../container/choice.ts'
import { guidFrom } from '../lifecycle/guid.ts'
import { type LaunchOptions, type ProcessLaunch, prepareLaunch } from '../lifecycle/launching/launch.ts'
import { GRACEFUL_SHUTDOWN } from '../platform/limits.ts'
import type { LogSink } from './logs/log-stream.ts'

export interface Cell {
  readonly id: string
  /** An IPv4 address of this machine, at which the app is checked: it may change. */
  readonly address: () => string
  readonly containers: string
  /** Whether cgroups may be used. */
  readonly cgroups: boolean
  /** Absent: instances run directly on this machine. */
  readonly container?: ContainerChoice
  readonly prepareLaunch: (request: LaunchOptions) => Promise<ProcessLaunch>
  readonly log: LogSink
  /** Resolves when a slow reader of the log has caught up. Undefined: no need to wait. */
  readonly room: () => Promise<void> | undefined
  /** Between two health checks until one passes, milliseconds. */
  readonly checkInterval: number
  /** The operator's limit for the log of an instance, which only the recording `rate-limit-lines` has. Absent: none. */
  readonly logLinesPerSecond?: number
  /** Between SIGTERM and SIGKILL, milliseconds. */
  readonly gracefulShutdown: number
}

/** Diego's, unless the operator has set others. Milliseconds. */
export const PLATFORM_CHECK_INTERVAL = 2000

/**
 * Time that the platform's proxy keeps serving before an instance gets SIGTERM, or after it has crashed, milliseconds:
 * cloudfoundry/executor, depot/containerstore/proxy_config_handler.go (`Close`).
 */
export const PROXY_DRAIN = 5000

/** What may differ between two runs. */
export type LocalCell = Pick<Cell, 'cgroups' | 'container' | 'checkInterval' | 'room'>

/** @param beforeFirstStart called once, with the unpacked droplet; the first start waits for it, later ones do not call it */
export function localCell(
  { cgroups, container, checkInterval, room }: LocalCell,
  log: LogSink,
  beforeFirstStart: (home: string) => Promise<void>,
): Cell {
  let isReady: Promise<void> | undefined
  return {
    id: guidFrom(`cell ${hostname()}`),
    address: machineAddress,
    containers: tmpdir(),
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

/**
 * An IPv4 address of this machine that is not loopback, if there is one. Diego's health check dials the container's
 * address, so it does not reach an app on 127.0.0.1 (recorded: `port-loopback-only`).
 */
export function machineAddress(): string {
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  return outside?.address ?? '127.0.0.1'
}
