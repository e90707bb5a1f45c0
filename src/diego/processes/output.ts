/** Follows one output of a process. */
import type { Readable } from 'node:stream'

/** When the reader of the log is slow: resolves when it has caught up. Undefined: go on. */
export type Room = () => Promise<void> | undefined

/** Stops reading, and so in the end the process, while the reader of the log is slow. */
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
