/**
 * Ports of an instance that the platform uses itself. Sources: docs/explanation/platform.md, "Ports".
 */

/** Where the platform expects the app, unless an operator or `PORT` says otherwise. */
export const APP_PORT = 8080
/** Where Diego's sshd listens. */
export const SSH_PORT = 2222

/** The container proxy takes one port for each of the app and sshd, and one for container-to-container TLS. */
const PROXY_PORTS = [61_001, 61_002, 61_443]
/** The proxy takes one more port for each further port of the app. */
const PROXY_RANGE = { first: 61_001, last: 61_999 }

/** Whether the proxy takes this port if the app has more ports than one. */
export function mayBeProxyPort(port: number): boolean {
  return port >= PROXY_RANGE.first && port <= PROXY_RANGE.last && !PROXY_PORTS.includes(port)
}

/** Why a sidecar cannot use a port, as the end of a sentence; undefined when it can. */
export function heldByPlatform(port: number): string | undefined {
  if (port === APP_PORT) return 'is $PORT, where the platform expects the app'
  if (port === SSH_PORT) return "is the port of the platform's sshd"
  return PROXY_PORTS.includes(port) ? "is one of the ports of the platform's own proxy" : undefined
}

/** Whether the platform takes a port, or may take it. */
export function isOfPlatform(port: number): boolean {
  return heldByPlatform(port) !== undefined || mayBeProxyPort(port)
}
