/**
 * Writes to standard output and standard error by their descriptors: `process.stdout` loads streams and sockets, which
 * takes a tenth of a buildpack script's time.
 */
import { writeSync } from 'node:fs'

/** @param descriptor 1 or 2. @returns when all of it is written, also to a full non-blocking pipe */
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
