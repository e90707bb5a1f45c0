/** Describes `wait_for` and `health`. */
import type { Health, Readiness, Sidecar } from '../config/sidecar.ts'
import { describeUri } from '../config/uri.ts'
import { templateText } from '../java/java-options.ts'

export function describeReadiness(waitFor: Readiness): string {
  return `${describeCheck(waitFor)} (at most ${describeTime(waitFor.timeout)})`
}

/** The condition for starting after a sidecar: its wait_for is met, else its health check has succeeded. */
export function describeStarted({ waitFor, health }: Sidecar): string {
  if (waitFor) return describeReadiness(waitFor)
  return health ? `${describeCheck(health)} once` : 'it has started'
}

/** A process that only listens may hang, because the kernel accepts connections. */
export function describeHealth(health: Health): string {
  const { kind, interval, timeout, failures, grace } = health
  const notices = kind === 'http' || kind === 'command' ? 'notices a hang' : 'does not notice a hang'
  const times = `every ${describeTime(interval)}, timeout ${describeTime(timeout)}, grace ${describeTime(grace)}`
  const after = `unhealthy after ${failures} ${failures === 1 ? 'failure' : 'failures'}`
  return `${describeCheck(health)} (${times}; ${after}; ${notices})`
}

function describeCheck(check: Readiness | Health): string {
  switch (check.kind) {
    case 'port':
      return `port ${check.port} accepts connections`
    case 'http':
      return `${describeUri(check.url)} answers with a 2xx status`
    case 'socket':
      return `socket ${templateText(check.socket)} accepts connections`
    case 'command':
      return `${check.command} exits with status 0`
  }
}

function describeTime(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000} s` : `${milliseconds} ms`
}
