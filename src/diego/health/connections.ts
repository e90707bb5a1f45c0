/**
 * The connections of one check. As by Go's `net/http`, one whose answer has been read to its end gets the next request to
 * the same address: an app that answers only once for each connection sees the difference.
 */
import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { UnreadableAnswer } from './head-reader.ts'
import type { RequestUrl } from './request-url.ts'

export interface Connection {
  readonly socket: Socket
  readonly chunks: AsyncIterator<Buffer>
}

export class Connections {
  readonly #signal: AbortSignal
  readonly #all = new Set<Socket>()
  readonly #idle = new Map<string, Connection>()

  /** @param signal ends all of them */
  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', () => this.close(new UnreadableAnswer()))
  }

  async open({ isSecure, hostname, port }: RequestUrl): Promise<Connection> {
    const address = { host: hostname, port }
    const tls = isSecure ? await import('node:tls') : undefined
    this.#signal.throwIfAborted()
    const socket =
      tls?.connect({ ...address, ...(isIP(hostname) === 0 && { servername: hostname }) }) ?? connect(address)
    this.#all.add(socket)
    // Readers get it too.
    socket.on('error', () => undefined)
    await once(socket, isSecure ? 'secureConnect' : 'connect')
    return { socket, chunks: socket[Symbol.asyncIterator]() as AsyncIterator<Buffer> }
  }

  /** For the next request to this address. */
  keep(url: RequestUrl, connection: Connection): void {
    this.#idle.set(addressOf(url), connection)
  }

  /** Undefined if none is kept for this address. */
  take(url: RequestUrl): Connection | undefined {
    const address = addressOf(url)
    const connection = this.#idle.get(address)
    this.#idle.delete(address)
    return connection
  }

  /** @param why for who waits for one of them */
  close(why?: Error): void {
    for (const socket of this.#all) socket.destroy(why)
  }
}

function addressOf({ isSecure, hostname, port }: RequestUrl): string {
  return `${isSecure} ${hostname} ${port}`
}
