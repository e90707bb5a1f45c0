/**
 * Records the TCP ports of sidecars in our config.yml: `run` checks them before it starts an instance. For a droplet that
 * was staged elsewhere, they are not available otherwise.
 */
import { readinessPort } from '../config/rules/ports.ts'
import type { Configuration } from '../config/sidecar.ts'
import { OUR_PORTS, readOwnList } from '../platform/config-yml.ts'
import { attempt } from '../system/attempt.ts'
import { type PlannedPort, planPorts } from './ports.ts'

export interface PortUse {
  readonly processType: string
  readonly sidecar: string
  /** `proxy`: where the proxy forwards to. `wait_for`, `health`: where the sidecar listens. */
  readonly purpose: 'proxy' | 'wait_for' | 'health'
  readonly port: PlannedPort
}

function portUses(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  taken: Iterable<number>,
): readonly PortUse[] {
  const chains = [...planPorts({ sidecars }, taken)].flatMap(([processType, { proxies }]) =>
    [...proxies].map(
      ([sidecar, { appPort: port }]): PortUse => ({ processType, sidecar, purpose: 'proxy', port }),
    ),
  )
  const checked = sidecars.flatMap(({ name: sidecar, processTypes, waitFor, health }) => {
    const awaited = readinessPort(waitFor)
    const number = awaited ?? readinessPort(health)
    return number === undefined
      ? []
      : processTypes.map(
          (processType): PortUse => ({
            ...{ processType, sidecar, purpose: awaited === undefined ? 'health' : 'wait_for' },
            port: { number, isFixed: true },
          }),
        )
  })
  return [...chains, ...checked]
}

/** The entry of config.yml; empty if no port is used. @param taken as in `planPorts` */
export function portUsesMark(
  configuration: Pick<Configuration, 'sidecars'>,
  taken: Iterable<number> = [],
): Readonly<Record<string, readonly string[]>> {
  const uses = portUses(configuration, taken)
  return uses.length > 0 ? { [OUR_PORTS]: uses.map((each) => JSON.stringify(each)) } : {}
}

/** @param config a config.yml; that of another buildpack, or one with another form of the entry, gives no ports */
export function readPortUses(config: string): readonly PortUse[] {
  const uses = attempt(() =>
    readOwnList(config, OUR_PORTS)
      .map((each) => JSON.parse(each) as PortUse)
      .filter(({ port }) => Number.isInteger(port.number)),
  )
  return uses ?? []
}
