import { heldByPlatform } from '../config/rules/ports.ts'
import type { Configuration, ProcessType, Sidecar, SidecarName } from '../config/sidecar.ts'

/** Where a proxy listens (absent: on the platform's `PORT`), and where what is behind it listens. */
export interface ProxyPorts {
  readonly port?: number
  readonly appPort: number
}

/** The ports of one process type. */
export interface PortChain {
  /** The first one outermost. */
  readonly proxies: ReadonlyMap<SidecarName, ProxyPorts>
  /** Where the app listens, behind all of them. */
  readonly appPort: number
}

const FIRST_PORT = 18_080

/**
 * The proxy chain of each process type that has one, in the order of the file. The same configuration has the same
 * ports; they are free of the platform's and of every port number that the configuration mentions.
 */
export function planPorts({
  sidecars,
}: Pick<Configuration, 'sidecars'>): ReadonlyMap<ProcessType, PortChain> {
  const mentioned = mentionedPorts(sidecars)
  const chains = new Map<ProcessType, PortChain>()
  for (const type of new Set(sidecars.flatMap((each) => each.processTypes))) {
    const proxies = sidecars.filter((each) => each.proxy && each.processTypes.includes(type))
    if (proxies.length > 0) chains.set(type, chainOf(proxies, mentioned))
  }
  return chains
}

function chainOf(proxies: readonly Sidecar[], mentioned: ReadonlySet<number>): PortChain {
  let next = FIRST_PORT
  const free = () => {
    while (mentioned.has(next) || heldByPlatform(next) !== undefined) next++
    return next++
  }
  const chain = new Map<SidecarName, ProxyPorts>()
  let port: number | undefined
  for (const { name, proxy } of proxies) {
    const appPort = proxy?.appPort ?? free()
    chain.set(name, port === undefined ? { appPort } : { port, appPort })
    port = appPort
  }
  return { proxies: chain, appPort: port ?? 0 }
}

/** Every number of the configuration's texts that could be a port: better one too many than one that clashes. */
function mentionedPorts(sidecars: readonly Sidecar[]): ReadonlySet<number> {
  const text = JSON.stringify(sidecars, (_, value: unknown) => (value instanceof Map ? [...value] : value))
  return new Set((text.match(/\d+/g) ?? []).map(Number))
}
