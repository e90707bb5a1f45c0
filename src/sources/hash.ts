import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'

const CHUNK = 1024 * 1024

/**
 * The SHA-256 checksum of an open file, as 64 lower-case hex digits, and its size. Reads by position, so the file's own
 * position does not change.
 */
export function hashFile(fd: number): { readonly sha256: string; readonly bytes: number } {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(CHUNK)
  for (let bytes = 0; ; ) {
    const length = readSync(fd, chunk, 0, CHUNK, bytes)
    if (length === 0) return { sha256: hash.digest('hex'), bytes }
    hash.update(chunk.subarray(0, length))
    bytes += length
  }
}
