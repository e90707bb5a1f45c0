/**
 * The health check of an instance with its lines in the log: cloudfoundry/executor, depot/steps/health_check_step.go and
 * readiness_health_check_step.go.
 */
import type { CheckSpec, HealthCheckSpec } from '../instance-spec.ts'
import type { LogStreamer } from '../logs/log-stream.ts'
import { crashReasons, healthMessages as messages, readinessMessages } from '../messages.ts'
import { monotonicTime } from '../monotonic.ts'
import { untilHealthy, untilPassing, whilePassing } from './monitor.ts'

export interface Checks {
  readonly address: () => string
  readonly port: number
  /** Between two checks until one passes, milliseconds. */
  readonly interval: number
  /** Sources CELL and HEALTH. */
  readonly cell: LogStreamer
  readonly health: LogStreamer
}

/**
 * @param onHealthy when the first check has passed; at once for a process that is only watched by its pid
 * @returns why the instance has to end; undefined when `stop` was aborted
 */
export async function checkHealth(
  spec: HealthCheckSpec,
  checks: Checks,
  onHealthy: () => void,
  stop: AbortSignal,
): Promise<string | undefined> {
  if (spec.kind === 'process') {
    onHealthy()
    return undefined
  }
  const { cell, health, address, port } = checks
  cell.line('OUT', messages.starting)
  const started = monotonicTime()
  const target = { ...spec, address, port }
  try {
    const { startTimeout: timeout } = spec
    const failure = await untilHealthy(target, { timeout, interval: checks.interval }, stop)
    if (failure !== undefined) {
      const took = monotonicTime() - started
      health.line('ERR', failure)
      cell.line('ERR', messages.neverPassed(took))
      return crashReasons.neverHealthy(took, failure)
    }
    cell.line('OUT', messages.healthy)
    onHealthy()
    const unhealthy = await whilePassing(target, stop)
    health.line('ERR', unhealthy)
    cell.line('ERR', messages.unhealthy)
    return crashReasons.becameUnhealthy(unhealthy)
  } catch (error) {
    if (stop.aborted) return undefined
    throw error
  }
}

/**
 * Returns when `stop` is aborted.
 * @param healthy readiness before this does not count
 * @param onChange whether the instance gets requests
 */
export async function checkReadiness(
  spec: CheckSpec,
  checks: Checks,
  healthy: Promise<void>,
  onChange: (ready: boolean) => void,
  stop: AbortSignal,
): Promise<void> {
  const { health, interval, address, port } = checks
  const target = { ...spec, address, port }
  health.line('OUT', readinessMessages.starting)
  try {
    for (;;) {
      await untilPassing(target, interval, stop)
      await healthy
      stop.throwIfAborted()
      health.line('OUT', readinessMessages.ready)
      onChange(true)
      await whilePassing(target, stop)
      health.line('OUT', readinessMessages.notReady)
      onChange(false)
    }
  } catch (error) {
    if (!stop.aborted) throw error
  }
}
