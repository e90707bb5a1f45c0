/** `when`: whether a sidecar is staged. Staging evaluates it once and logs the result. */
import type { Condition, Configuration, Sidecar } from '../config/sidecar.ts'
import type { Log } from '../log/log.ts'
import {
  type BoundService,
  boundServices,
  describeServices,
  matchingServices,
} from '../services/bound-services.ts'
import type { Environment } from '../system/environment.ts'

/** The configuration without the sidecars whose condition is false. */
export function withMetConditions(configuration: Configuration, env: Environment, log: Log): Configuration {
  if (configuration.sidecars.every(({ when }) => when === undefined)) return configuration
  const services = boundServices(env)
  return {
    ...configuration,
    sidecars: configuration.sidecars.filter((each) => isMet(each, services, env, log)),
  }
}

function isMet(
  { name, when }: Sidecar,
  services: readonly BoundService[],
  env: Environment,
  log: Log,
): boolean {
  if (when === undefined) return true
  if (when.kind === 'env') {
    const isSet = env[when.name] !== undefined
    log.info(isSet ? `${name}: ${when.name} is set` : `Skipping sidecar ${name}: ${when.name} is not set`)
    return isSet
  }
  const matches = matchingServices(services, when.services)
  const isBound = matches.length > 0
  log.info(
    isBound
      ? `${name}: service ${matches.map((each) => each.name).join(', ')} is bound`
      : `Skipping sidecar ${name}: service ${describeServices(when.services)} is not bound`,
  )
  return isBound
}

/** The services and the environment that are known before a staging. */
interface KnownConditions {
  /** Variables of the app. */
  readonly env: Environment
  /** Whether variables that are not in `env` are known to be unset. */
  readonly isEnvComplete: boolean
  /** Absent: the bound services are unknown. */
  readonly services?: readonly BoundService[]
}

/** `unknown` if the services or variables are unknown. */
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
