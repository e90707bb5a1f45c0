import { connect } from 'node:net'
import { describeSystemError } from '../../platform/go/system-error.ts'
import type { CheckSpec } from '../instance-spec.ts'
import { checkMessages as messages } from '../messages.ts'

/** A check, and where it is made. */
export interface CheckTarget extends CheckSpec {
  /** An IPv4 address, determined for each check, because a laptop's address changes with its network. */
  readonly address: () => string
  readonly port: number
}

/** Passes when a TCP connection can be made. */
export function portCheck(
  { address, port, invocationTimeout: timeout }: CheckTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  const host = address()
  const where = `${host}:${port}`
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    // Not the option `signal`: in Node.js 20 its listener stays when the connection is refused at once.
    const abort = () => socket.destroy(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    socket.once('close', () => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
    const end = (reason?: string) => {
      socket.destroy()
      resolve(reason)
    }
    socket.setTimeout(timeout, () => end(messages.connectionTimedOut(where, timeout)))
    socket.once('connect', () => end())
    socket.once('error', (error) => end(messages.connection(where, `connect: ${describeSystemError(error)}`)))
  })
}
