/**
 * Standard output and standard error written by their descriptors: `process.stdout` loads streams and sockets first,
 * which costs a buildpack script a tenth of its time.
 */
import { writeSync } from 'node:fs'

/** @param descriptor 1 or 2. @returns once all of it is written, also to a full pipe that does not block */
export function writeOut(descriptor: 1 | 2, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done)
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw thrown
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
