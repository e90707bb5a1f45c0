/** Rules about ports: those of the platform, conflicts, and waits that never end. */
import { APP_PORT, heldByPlatform, mayBeProxyPort } from '../../platform/ports.ts'
import { attachedTo } from '../../platform/process-memory.ts'
import type { Problems } from '../../problems/problems.ts'
import type { Configuration, Health, ProcessType, Readiness, Sidecar } from '../sidecar.ts'

export function checkPorts({ sidecars }: Configuration, problems: Problems): void {
  for (const sidecar of sidecars) checkOwn(sidecar, problems)
  for (const type of new Set(sidecars.flatMap((each) => each.processTypes))) {
    checkShared(type, attachedTo(type, sidecars), problems)
  }
}

function checkOwn({ name, place, proxy, waitFor, health, env }: Sidecar, problems: Problems): void {
  const port = readinessPort(waitFor)
  if (proxy && waitFor && port === APP_PORT) {
    const what = `${name} waits for port ${port}, on which it listens itself as a proxy that starts after the app, so the wait never ends`
    problems.error(waitFor.place, what, 'remove wait_for: a proxy starts when the app behind it is ready')
  } else if (!proxy) {
    refuseHeld(waitFor, `${name} waits for`, problems)
    refuseHeld(health, `health of ${name} checks`, problems)
  }
  for (const each of new Set(proxy ? [proxy.appPort] : [port, readinessPort(health)])) {
    if (each === undefined || !mayBeProxyPort(each)) continue
    const what = `port ${each} of ${name} is used by the platform's proxy if the app has more ports`
    problems.warning(place, what, 'choose a port below 61001')
  }
  const held = proxy?.appPort === undefined ? undefined : heldByPlatform(proxy.appPort)
  if (held)
    problems.error(
      place,
      `app_port ${proxy?.appPort} of ${name} ${held}`,
      'use another port, or remove app_port to get a free one',
    )
  for (const variable of ['PORT', 'APP_PORT']) {
    if (proxy && env.has(variable as never))
      problems.error(place, `${name} is a proxy and sets ${variable} in env`, 'remove it: staging sets it')
  }
}

/** @param what what the check does: `health of config-server checks` */
function refuseHeld(check: Readiness | Health | undefined, what: string, problems: Problems): void {
  const port = readinessPort(check)
  const held = port === undefined ? undefined : heldByPlatform(port)
  if (check && held)
    problems.error(check.place, `${what} port ${port}, which ${held}`, 'choose another port for the sidecar')
}

function checkShared(type: ProcessType, sidecars: readonly Sidecar[], problems: Problems): void {
  const users = new Map<number, string>()
  const outermost = sidecars.find(({ proxy }) => proxy)
  for (const { name, place, waitFor, health, proxy, appEnv } of sidecars) {
    const variable = ['PORT', 'VCAP_APP_PORT'].find((each) => appEnv.has(each as never))
    if (outermost && variable !== undefined) {
      const what = `app_env of ${name} sets ${variable} of ${type}, which has the proxy ${outermost.name}`
      problems.error(place, what, 'remove it: staging sets it')
    }
    for (const port of new Set([readinessPort(waitFor), readinessPort(health), proxy?.appPort])) {
      if (port === undefined) continue
      const other = users.get(port)
      if (other !== undefined)
        problems.error(
          place,
          `${name} and ${other} both use port ${port} in process ${type}`,
          'use different ports',
        )
      users.set(port, name)
    }
  }
}

/** The port of this container that `wait_for` or `health` checks; undefined if it checks none. */
export function readinessPort(check: Readiness | Health | undefined): number | undefined {
  if (check?.kind === 'port') return check.port
  if (check?.kind !== 'http') return undefined
  const { hostname, port } = new URL(check.url)
  return ['localhost', '127.0.0.1', '[::1]', '0.0.0.0'].includes(hostname) ? Number(port || 80) : undefined
}
