import type { Writable } from 'node:stream'

/** Bytes that may wait for the reader. */
const MOST_WAITING = 1024 * 1024

/** Waits until a stream has room: otherwise a pipe with a slow reader would fill the memory. */
export function roomOf(stream: Writable): () => Promise<void> | undefined {
  let waiting: Promise<void> | undefined
  return () => {
    if (waiting || stream.destroyed || stream.writableLength < MOST_WAITING) return waiting
    waiting = new Promise<void>((resolve) => {
      const events = ['drain', 'error', 'close']
      const end = () => {
        for (const each of events) stream.off(each, end)
        waiting = undefined
        resolve()
      }
      for (const each of events) stream.on(each, end)
    })
    return waiting
  }
}
