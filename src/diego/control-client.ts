/** Sends a request to a `run` (control.ts). */
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { InputError } from '../problems/problems.ts'
import type { ControlRequest } from './control.ts'

/**
 * Resolves when the run has closed the connection.
 *
 * @param out gets the bytes after the answer
 * @throws InputError when the run cannot be reached
 */
export async function sendToRun(
  path: string,
  request: ControlRequest,
  out: (bytes: Buffer) => void = () => undefined,
): Promise<void> {
  const socket = createConnection(path)
  try {
    await once(socket, 'connect')
  } catch (thrown) {
    throw new InputError(`Cannot connect to the running app: ${(thrown as Error).message}`)
  }
  socket.write(`${JSON.stringify(request)}\n`)
  let head: Buffer | undefined = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    if (head === undefined) return out(chunk)
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\n')
    if (end < 0) return
    const rest = head.subarray(end + 1)
    head = undefined
    if (rest.length > 0) out(rest)
  })
  // A killed run resets the connection; it has ended too.
  socket.on('error', () => undefined)
  await once(socket, 'close')
}
