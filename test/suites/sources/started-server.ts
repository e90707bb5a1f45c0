import { type ChildProcess, spawn } from 'node:child_process'
import { connect } from 'node:net'

/** Starts a server and waits until it listens. */
export async function started(command: string, args: readonly string[], port: number): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: 'ignore' })
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await listens(port)) return child
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill()
  throw new Error(`${command} does not listen on ${port}`)
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
