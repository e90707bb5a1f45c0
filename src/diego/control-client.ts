/** Sends a request to a `run` (control.ts). */
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { InputError } from '../problems/problems.ts'
import { processStat } from '../system/proc.ts'
import type { ControlRequest } from './control.ts'
import type { RunRecord } from './records.ts'

/** Of a process that Ctrl-Z or a signal has stopped: proc_pid_stat(5). */
const SUSPENDED = 'T'

/**
 * Resolves when the run has closed the connection.
 *
 * @param out gets the log
 * @throws InputError when the run cannot be reached, or is suspended and would never answer
 */
export async function sendToRun(
  { app, runner, control }: RunRecord,
  request: ControlRequest,
  out: (bytes: Buffer) => void = () => undefined,
): Promise<void> {
  if (processStat(runner.pid)?.state === SUSPENDED)
    throw new InputError(
      `${app} does not answer, because its run is suspended. Resume it with fg in its terminal, or with kill -CONT ${runner.pid}`,
    )
  const socket = createConnection(control)
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
