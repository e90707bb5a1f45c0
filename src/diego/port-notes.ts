/** Notes why a health check or `wait_for` will not succeed, or a proxy will not start, long before the timeout. */
import { goDuration } from '../platform/go/duration.ts'
import { attempt } from '../system/attempt.ts'
import { allProcesses, sessionOf } from '../system/proc.ts'
import type { Instance } from './instance.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { checkedPorts, proxiesOf } from './needed-ports.ts'
import { listeners, listeningPorts } from './processes/listening.ts'

/** Milliseconds. */
const INTERVAL = 500
const OTHER_PORT_AFTER = 3000
const NO_PORT_AFTER = 20_000

interface PortWatch {
  /** Looks now, for what must be noted before the next look. */
  readonly look: () => void
  readonly end: () => void
}

/** The app or a proxy, and where it has to listen. */
interface Link {
  /** Absent: the app. */
  readonly proxy?: string
  readonly port: number
  /** What expects it there. */
  readonly expected: string
}

/**
 * Notes each problem once, for the first instance that has it.
 *
 * @param instance the currently running one
 */
export function watchPort(
  spec: InstanceSpec,
  instance: () => Instance | undefined,
  note: (text: string) => void,
): PortWatch {
  const { port, healthCheck } = spec
  if (healthCheck.kind === 'process') return { look: () => undefined, end: () => undefined }
  const timeout = goDuration(healthCheck.startTimeout)
  let links: readonly Link[] | undefined
  let missing: Link | undefined
  let since = 0
  let isOtherNoted = false
  let isListening = false
  const look = () => {
    const running = instance()
    if (!running || isListening) return
    // Undefined while the instance's files are being removed.
    links ??= attempt(() => linksOf(running.home, spec))
    const found = listeners(port)
    if (found.length > 0) {
      isListening = true
      clearInterval(timer)
      const taken = links && takenByApp(links, running)
      if (taken !== undefined) note(taken)
      else if (found.every(({ loopback }) => loopback))
        note(
          `${nameOf(links?.at(-1))} listens on the loopback address only, which Cloud Foundry's health check cannot reach; listen on 0.0.0.0 and $PORT`,
        )
      return
    }
    const link = links?.find((each) => listeners(each.port).length === 0)
    if (link !== missing) since = performance.now()
    missing = link
    const waited = performance.now() - since
    if (!link || waited < OTHER_PORT_AFTER) return
    const others = isOtherNoted ? [] : portsOf(link, running)
    if (others.length > 0) {
      isOtherNoted = true
      note(`${nameOf(link)} listens on ${listed(others)}, and ${link.expected}; listen on $PORT`)
    } else if (!isOtherNoted && waited >= NO_PORT_AFTER) {
      clearInterval(timer)
      note(
        `${nameOf(link)} does not listen on a port yet; ${link.expected} ($PORT); the health check fails after ${timeout}`,
      )
    }
  }
  const timer = setInterval(look, INTERVAL)
  return { look, end: () => clearInterval(timer) }
}

/** The app first, the outermost proxy last: each starts when the one before it listens. */
function linksOf(home: string, spec: InstanceSpec): readonly Link[] {
  const proxies = proxiesOf(home, spec)
  const outer = `the health check waits for port ${spec.port}`
  const expected = [
    outer,
    ...proxies.map(({ name, appPort }) => `${proxyName(name)} forwards to port ${appPort}`),
  ]
  const ports = [spec.port, ...proxies.map(({ appPort }) => appPort)]
  return ports
    .map((port, at) => ({
      port,
      expected: expected[at] ?? outer,
      ...(proxies[at] && { proxy: proxies[at].name }),
    }))
    .reverse()
}

/** @returns what to note when the app listens where a proxy has to: then the health check passes without the proxy */
function takenByApp(links: readonly Link[], instance: Instance): string | undefined {
  const [app, ...proxies] = links
  if (!app || proxies.length === 0) return undefined
  const ports = portsOf(app, instance)
  const taken = proxies.find(({ port }) => ports.includes(port))
  if (!taken) return undefined
  return (
    `the app listens on port ${taken.port}, the port of ${nameOf(taken)}, instead of its $PORT ${app.port}, ` +
    'so the proxy does not start; listen on $PORT'
  )
}

function portsOf({ proxy }: Link, { processes }: Instance): readonly number[] {
  const process = processes.find(({ kind, name }) => (proxy === undefined ? kind === 'app' : name === proxy))
  return process?.pid === undefined ? [] : listeningPorts(sessionOf(process.pid, allProcesses()))
}

function nameOf(link: Link | undefined): string {
  return link?.proxy === undefined ? 'the app' : proxyName(link.proxy)
}

const proxyName = (name: string) => `the proxy ${JSON.stringify(name)}`
const listed = (ports: readonly number[]) => `port${ports.length > 1 ? 's' : ''} ${ports.join(', ')}`

/**
 * Notes once for each sidecar that it listens, but not on the port of its `wait_for` or `health`; looks for 20 s.
 *
 * @param instance the currently running one
 */
export function watchSidecarPorts(
  { processType, sidecars }: InstanceSpec,
  instance: () => Instance | undefined,
  note: (text: string) => void,
): Pick<PortWatch, 'end'> {
  if (sidecars.length === 0) return { end: () => undefined }
  const began = performance.now()
  const settled = new Set<string>()
  let uses: ReturnType<typeof checkedPorts> | undefined
  const timer = setInterval(() => {
    const running = instance()
    const waited = performance.now() - began
    if (waited > NO_PORT_AFTER) clearInterval(timer)
    if (!running || waited < OTHER_PORT_AFTER) return
    uses ??= attempt(() => checkedPorts(running.home, processType))
    const open = uses?.filter(({ sidecar }) => !settled.has(sidecar)) ?? []
    if (uses && open.length === 0) clearInterval(timer)
    for (const { sidecar, purpose, port } of open) {
      if (listeners(port.number).length > 0) {
        settled.add(sidecar)
        continue
      }
      const process = running.processes.find(({ kind, name }) => kind === 'sidecar' && name === sidecar)
      const others = process?.pid === undefined ? [] : listeningPorts(sessionOf(process.pid, allProcesses()))
      if (others.length === 0) continue
      settled.add(sidecar)
      note(
        `sidecar ${JSON.stringify(sidecar)} listens on ${listed(others)}, and not on port ${port.number} of its ${purpose}; check the port in sidecars.yml`,
      )
    }
  }, INTERVAL)
  return { end: () => clearInterval(timer) }
}
