import type { Configuration, ProcessType, Sidecar, SidecarName } from '../config/sidecar.ts'
import { APP_PORT, isOfPlatform } from '../platform/ports.ts'
import { attachedTo } from '../platform/process-memory.ts'

/** A TCP port of a proxy chain. Staging plans it for an instance on port 8080. */
export interface PlannedPort {
  readonly number: number
  /** Set with `app_port`. Other ports depend on the instance's port, so that two instances can run on one machine. */
  readonly isFixed: boolean
}

/** The port of a proxy (absent: the platform's `PORT`), and the port behind it. */
interface ProxyPorts {
  readonly port?: PlannedPort
  readonly appPort: PlannedPort
}

/** The ports of one process type. */
export interface PortChain {
  /** Outermost first. */
  readonly proxies: ReadonlyMap<SidecarName, ProxyPorts>
  /** The app's port, behind all of them. */
  readonly appPort: PlannedPort
}

const FIRST_PORT = 18_080
/** From this port of an instance on, dependent ports wrap around, so that they stay below 65,536. */
const WRAP = 55_000

/**
 * The proxy chain of each process type that has one, in file order. The ports are deterministic, and differ from the
 * platform's ports and every port number in the configuration.
 * @param taken numbers that may be ports of earlier buildpacks' sidecars
 */
export function planPorts(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  taken: Iterable<number> = [],
): ReadonlyMap<ProcessType, PortChain> {
  const mentioned = new Set([...mentionedPorts(sidecars), ...taken])
  const chains = new Map<ProcessType, PortChain>()
  for (const type of new Set(sidecars.flatMap((each) => each.processTypes))) {
    const [first, ...rest] = attachedTo(type, sidecars).filter((each) => each.proxy)
    if (first) chains.set(type, chainOf([first, ...rest], mentioned))
  }
  return chains
}

/** The port of an instance whose `PORT` is `instancePort`: 8080 → 18080, 9090 → 19090. */
export function portAt({ number, isFixed }: PlannedPort, instancePort: number): number {
  return isFixed ? number : (instancePort % WRAP) + offsetOf(number)
}

/** `portAt` as a shell word; `$__port` is the instance's port (instance-port.bash). */
export function portExpression({ number, isFixed }: PlannedPort): string {
  return isFixed ? String(number) : `$((__port % ${WRAP} + ${offsetOf(number)}))`
}

function offsetOf(planned: number): number {
  return planned - APP_PORT
}

function chainOf(proxies: readonly [Sidecar, ...Sidecar[]], mentioned: ReadonlySet<number>): PortChain {
  let next = FIRST_PORT
  const free = () => {
    while (mentioned.has(next) || isOfPlatform(next)) next++
    return next++
  }
  const planned = ({ proxy }: Sidecar): PlannedPort =>
    proxy?.appPort === undefined
      ? { number: free(), isFixed: false }
      : { number: proxy.appPort, isFixed: true }
  const [outermost, ...inner] = proxies
  let appPort = planned(outermost)
  const chain = new Map<SidecarName, ProxyPorts>([[outermost.name, { appPort }]])
  for (const each of inner) {
    const port = appPort
    appPort = planned(each)
    chain.set(each.name, { port, appPort })
  }
  return { proxies: chain, appPort }
}

/** Every number in the configuration's strings that may be a port; too many are better than a conflict. */
function mentionedPorts(sidecars: readonly Sidecar[]): ReadonlySet<number> {
  const text = JSON.stringify(sidecars, (_, value: unknown) => (value instanceof Map ? [...value] : value))
  return numbersIn(text)
}

export function numbersIn(text: string): ReadonlySet<number> {
  return new Set((text.match(/\d+/g) ?? []).map(Number))
}
