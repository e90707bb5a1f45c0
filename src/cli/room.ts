import type { Writable } from 'node:stream'

/** How much may wait for the reader, bytes. */
const MOST_WAITING = 1024 * 1024

/** Says when a stream has room again: a pipe with a slow reader would fill memory otherwise. */
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
