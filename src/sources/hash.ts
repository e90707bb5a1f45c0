import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'

const CHUNK = 1024 * 1024

/** The SHA-256 sum of an open file from its beginning, in hex. Reads by position: the file's own stays where it is. */
export function hashFile(fd: number): { readonly sha256: string; readonly bytes: number } {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(CHUNK)
  let bytes = 0
  for (;;) {
    const length = readSync(fd, chunk, 0, CHUNK, bytes)
    if (length === 0) return { sha256: hash.digest('hex'), bytes }
    hash.update(chunk.subarray(0, length))
    bytes += length
  }
}
