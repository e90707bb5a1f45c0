/** Follows one output of a process. */
import type { Readable } from 'node:stream'

/** Resolves when a slow reader of the log has caught up. Undefined: no need to wait. */
export type Room = () => Promise<void> | undefined

/** Stops reading while the reader of the log is slow, which finally blocks the process. */
export function followOutput(stream: Readable, write: (chunk: Buffer) => void, room: Room): void {
  stream.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => {
    write(chunk)
    const wait = room()
    if (!wait) return
    stream.pause()
    void wait.then(() => stream.resume())
  })
}
