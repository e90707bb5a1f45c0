/** The address for reaching instances on this machine, instead of the address of a Diego container. */
import { networkInterfaces } from 'node:os'

const LOOPBACK = '127.0.0.1'

/**
 * An IPv4 address of this machine that is not loopback, if there is one. Diego's health check dials the container's
 * address, so it does not reach an app on 127.0.0.1 (recorded: `port-loopback-only`).
 */
export function machineAddress(interfaces = networkInterfaces()): string {
  const outside = Object.values(interfaces)
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  return outside?.address ?? LOOPBACK
}
