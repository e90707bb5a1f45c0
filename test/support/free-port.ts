import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** The kernel gives outgoing connections ports from 32768 on. Such a connection keeps its port for a minute after its end. */
const EPHEMERAL = 32_768
/** What `run` adds to $PORT for the app behind a proxy; a chain of proxies takes the ports that follow. */
const BEHIND_PROXY = 10_000
const LOWEST = 10_240

/** Ports that this function returned before: a test may ask for several before it uses the first. */
const given = new Set<number>()

/**
 * A TCP port of the loopback address that nothing listens on. It and the ports of the proxies in front of its app lie below
 * the range of outgoing connections: after load on a proxy, thousands of ended connections hold ports of that range, and
 * listening on one of those fails.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(LOWEST, EPHEMERAL - BEHIND_PROXY - 10)
  if (given.has(port) || !(await canListen(port))) return freePort()
  given.add(port)
  return port
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}
