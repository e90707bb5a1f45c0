/** `when`: which sidecars are staged, decided once, here, and said in the log. */
import type { Configuration, Sidecar } from '../config/sidecar.ts'
import type { Log } from '../log/log.ts'
import { type BoundService, boundServices, matchingServices } from '../services/bound-services.ts'

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
  const [match] = matchingServices(services, when.service)
  log.info(
    `${name}: ${match ? `bound to the service ${match.name}` : `no service ${when.service} is bound, left out`}`,
  )
  return match !== undefined
}
