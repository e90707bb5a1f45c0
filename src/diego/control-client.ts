/** Sends a request to a `run` (control.ts). */
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { InputError } from '../problems/problems.ts'
import type { ControlRequest } from './control.ts'

/**
 * Resolves when the run has closed the connection.
 *
 * @param out gets the log
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
  socket.on('data', out)
  // A killed run resets the connection; it has ended too.
  socket.on('error', () => undefined)
  await once(socket, 'close')
}
