/** What an instance needs of the world. */
import type { ContainerChoice } from '../container/choice.ts'
import type { Log } from './logs/log-stream.ts'
import type { Launch } from './processes/launch.ts'
import type { Room } from './processes/output.ts'

export interface Cell {
  readonly id: string
  /** An IPv4 address of this machine, at which the app is checked. */
  readonly address: string
  /** Where containers are made. */
  readonly containers: string
  /** Whether cgroups may be used. */
  readonly cgroups: boolean
  /** Absent: instances run on the machine as it is. */
  readonly container?: ContainerChoice
  readonly prepareLaunch: (request: {
    readonly dropletDir: string
    /** Where its processes find it. */
    readonly home: string
    readonly command: string
    readonly env: Record<string, string>
  }) => Promise<Launch>
  readonly log: Log
  /** While the reader of the log is slow: resolves when it has caught up. */
  readonly room: Room
  /** Between two health checks until one passes, milliseconds. */
  readonly checkInterval: number
  /** The operator's limit for the log of an instance. Absent: none. */
  readonly logLinesPerSecond?: number
  /** Between SIGTERM and SIGKILL, milliseconds. */
  readonly gracefulShutdown: number
}

/** Diego's, unless the operator has set others. Milliseconds. */
export const PLATFORM_CHECK_INTERVAL = 2000
export const PLATFORM_GRACEFUL_SHUTDOWN = 10_000

/**
 * How long the platform's proxy goes on serving before an instance is told to end, or after it has crashed, milliseconds:
 * cloudfoundry/executor, depot/containerstore/proxy_config_handler.go (`Close`).
 */
export const PROXY_DRAIN = 5000
