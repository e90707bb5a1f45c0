/**
 * Ports of an instance that the platform uses itself. Sources: docs/explanation/platform.md, "Ports".
 */

/** The app's default port. */
export const APP_PORT = 8080
/** The port of Diego's sshd. */
const SSH_PORT = 2222

/** The container proxy uses one port each for the app and sshd, and one for container-to-container TLS. */
const PROXY_PORTS = [61_001, 61_002, 61_443]
/** The proxy uses one more port for each additional port of the app. */
const PROXY_RANGE = { first: 61_001, last: 61_999 }

/** Whether the proxy uses this port if the app has several ports. */
export function mayBeProxyPort(port: number): boolean {
  return port >= PROXY_RANGE.first && port <= PROXY_RANGE.last && !PROXY_PORTS.includes(port)
}

/** Why a sidecar cannot use a port, as the end of a sentence; undefined if it can. */
export function heldByPlatform(port: number): string | undefined {
  if (port === APP_PORT) return 'is $PORT, where the platform expects the app'
  if (port === SSH_PORT) return "is the port of the platform's sshd"
  return PROXY_PORTS.includes(port) ? "is one of the ports of the platform's own proxy" : undefined
}

/** Whether the platform uses a port, or may use it. */
export function isOfPlatform(port: number): boolean {
  return heldByPlatform(port) !== undefined || mayBeProxyPort(port)
}
