import { createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../support/free-port.ts'

interface NotingServer {
  readonly server: Server
  readonly url: string
  /** When a request came, in ms. */
  readonly asked: readonly number[]
  /** Errors of connections, for example a reset. */
  readonly errors: readonly string[]
}

/** A listening HTTP server that gives each answer with `answer`. */
export async function notingServer(answer: (socket: Socket) => void): Promise<NotingServer> {
  const asked: number[] = []
  const errors: string[] = []
  const server = createServer((socket) => {
    socket.on('error', ({ message }) => errors.push(message))
    socket.once('data', () => {
      asked.push(Date.now())
      answer(socket)
    })
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { server, url: `http://localhost:${port}/health`, asked, errors }
}

/** The body comes later than the status, as from most servers. */
export function answerInParts(socket: Socket, status: number): void {
  socket.write(`HTTP/1.1 ${status} Some Reason\r\nConnection: close\r\n\r\n`)
  setTimeout(() => socket.end('a line\n'.repeat(1000)), 50)
}

/** An answer without an end. */
export function answerForEver(socket: Socket, start = 'HTTP/1.1 200 OK\r\n\r\n'): void {
  const more = () => {
    while (!socket.destroyed && socket.write('more'.repeat(1000)));
  }
  socket.on('drain', more).write(start)
  more()
}

/** A complete answer on a connection that stays open in spite of `Connection: close`. */
export function answerAndStay(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
}
