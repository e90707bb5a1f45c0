/** The environment of an instance. */
import type { ContainerChoice } from '../container/choice.ts'
import type { LaunchOptions, ProcessLaunch } from '../lifecycle/launching/launch.ts'
import type { LogSink } from './logs/log-stream.ts'

export interface Cell {
  readonly id: string
  /** An IPv4 address of this machine, at which the app is checked: it may change. */
  readonly address: () => string
  /** Where containers are made. */
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
