/** Notes why a health check or `wait_for` will not succeed, long before its timeout. */
import { goDuration } from '../platform/go/duration.ts'
import type { Instance } from './instance.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { checkedPorts } from './needed-ports.ts'
import { listeners, listeningPorts } from './processes/listening.ts'
import { allProcesses, sessionOf } from './processes/proc.ts'

const LOOPBACK =
  "the app listens on the loopback address only, which Cloud Foundry's health check cannot reach; " +
  'listen on 0.0.0.0 and $PORT'

/** Milliseconds. */
const INTERVAL = 500
const OTHER_PORT_AFTER = 3000
const NO_PORT_AFTER = 20_000

/**
 * Notes each problem once, for the first instance that has it.
 *
 * @param instance the currently running one
 * @returns ends the watch
 */
export function watchPort(
  { port, healthCheck }: InstanceSpec,
  instance: () => Instance | undefined,
  note: (text: string) => void,
): () => void {
  if (healthCheck.kind === 'process') return () => undefined
  const began = performance.now()
  const timeout = goDuration(healthCheck.startTimeout)
  let isOtherNoted = false
  const timer = setInterval(() => {
    const waited = performance.now() - began
    const found = listeners(port)
    if (found.length > 0) {
      clearInterval(timer)
      if (found.every(({ loopback }) => loopback)) note(LOOPBACK)
      return
    }
    const app = instance()?.processes.find(({ kind }) => kind === 'app')
    if (app?.pid === undefined || waited < OTHER_PORT_AFTER) return
    const others = isOtherNoted ? [] : listeningPorts(sessionOf(app.pid, allProcesses()))
    if (others.length > 0) {
      isOtherNoted = true
      const ports = `port${others.length > 1 ? 's' : ''} ${others.join(', ')}`
      note(`the app listens on ${ports}, and the health check waits for port ${port}; listen on $PORT`)
    } else if (!isOtherNoted && waited >= NO_PORT_AFTER) {
      clearInterval(timer)
      note(
        `the app does not listen on a port yet; the health check waits for port ${port} ($PORT), at most ${timeout}`,
      )
    }
  }, INTERVAL)
  return () => clearInterval(timer)
}

/**
 * Notes once for each sidecar that it listens, but not on the port of its `wait_for` or `health`; looks for 20 s.
 *
 * @param instance the currently running one
 * @returns ends the watch
 */
export function watchSidecarPorts(
  { processType, sidecars }: InstanceSpec,
  instance: () => Instance | undefined,
  note: (text: string) => void,
): () => void {
  if (sidecars.length === 0) return () => undefined
  const began = performance.now()
  const settled = new Set<string>()
  let uses: ReturnType<typeof checkedPortsIfThere>
  const timer = setInterval(() => {
    const running = instance()
    const waited = performance.now() - began
    if (waited > NO_PORT_AFTER) clearInterval(timer)
    if (!running || waited < OTHER_PORT_AFTER) return
    uses ??= checkedPortsIfThere(running.home, processType)
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
      const ports = `port${others.length > 1 ? 's' : ''} ${others.join(', ')}`
      note(
        `sidecar ${JSON.stringify(sidecar)} listens on ${ports}, and not on port ${port.number} of its ${purpose}; check the port in sidecars.yml`,
      )
    }
  }, INTERVAL)
  return () => clearInterval(timer)
}

/** @returns undefined while the instance's files are being removed */
function checkedPortsIfThere(home: string, processType: string) {
  try {
    return checkedPorts(home, processType)
  } catch {
    return undefined
  }
}
