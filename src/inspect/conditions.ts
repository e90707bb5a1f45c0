/** `when`: whether a sidecar is staged. Staging decides it once and says so in its log. */
import type { Condition, Configuration, Sidecar } from '../config/sidecar.ts'
import type { Log } from '../log/log.ts'
import {
  type BoundService,
  boundServices,
  describeServices,
  matchingServices,
} from '../services/bound-services.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The configuration without the sidecars whose condition does not hold. */
export function whereConditionsHold(configuration: Configuration, env: Env, log: Log): Configuration {
  if (configuration.sidecars.every(({ when }) => when === undefined)) return configuration
  const services = boundServices(env)
  return {
    ...configuration,
    sidecars: configuration.sidecars.filter((each) => holds(each, services, env, log)),
  }
}

function holds({ name, when }: Sidecar, services: readonly BoundService[], env: Env, log: Log): boolean {
  if (when === undefined) return true
  if (when.kind === 'env') {
    const isSet = env[when.name] !== undefined
    log.info(`${name}: ${when.name} is ${isSet ? 'set' : 'not set, left out'}`)
    return isSet
  }
  const matches = matchingServices(services, when.services)
  const isMet = matches.length > 0
  const bound = `bound to the service ${matches.map((each) => each.name).join(', ')}`
  log.info(`${name}: ${isMet ? bound : `no service ${describeServices(when.services)} is bound, left out`}`)
  return isMet
}

/** What is known of services and environment before a staging. */
export interface KnownConditions {
  /** Variables of the app. */
  readonly env: Env
  /** Whether a variable that is not in `env` is known to be absent. */
  readonly isEnvComplete: boolean
  /** Absent: it is not known which services will be bound. */
  readonly services?: readonly BoundService[]
}

/** `unknown` where neither services nor variables tell. */
export type ConditionState = 'met' | 'not met' | 'unknown'

export function stateOf(when: Condition, { env, isEnvComplete, services }: KnownConditions): ConditionState {
  if (when.kind === 'env') return env[when.name] !== undefined ? 'met' : isEnvComplete ? 'not met' : 'unknown'
  if (!services) return 'unknown'
  return matchingServices(services, when.services).length > 0 ? 'met' : 'not met'
}

/** `if service my-apm is bound`, `if NAME is set`. */
export function describeCondition(when: Condition): string {
  return when.kind === 'env'
    ? `if ${when.name} is set`
    : `if service ${describeServices(when.services)} is bound`
}
