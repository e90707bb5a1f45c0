/** An HTTP server for a test, on the loopback address. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface TestServer {
  readonly url: string
  readonly port: number
  /** In the order of arrival. */
  readonly requests: IncomingMessage[]
  close(): Promise<void>
}

export async function serve(answer: RequestListener): Promise<TestServer> {
  const requests: IncomingMessage[] = []
  return listening(
    createServer((asked, response) => {
      requests.push(asked)
      answer(asked, response)
    }),
    requests,
  )
}

export async function listening(
  server: Server,
  requests: IncomingMessage[] = [],
  scheme = 'http',
): Promise<TestServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    for (const each of sockets) each.destroy()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `${scheme}://127.0.0.1:${port}`, port, requests, close }
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
