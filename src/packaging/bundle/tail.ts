/** Identifies a jar by the digest of its last bytes, which include its whole end record. */
import type { FileHandle } from 'node:fs/promises'
import { END_SEARCH } from './archive-end.ts'
import { readAt } from './positioned-io.ts'

export const TAIL_DIGEST_SIZE = 32

/** SHA-256 of the last bytes (65,557 at most) of the first `length` of a file. */
export async function tailDigest(file: FileHandle, length: number): Promise<Buffer> {
  const size = Math.min(length, END_SEARCH)
  // Loaded late: that takes milliseconds, and compression has started by then.
  const { createHash } = await import('node:crypto')
  return createHash('sha256')
    .update(await readAt(file, length - size, size))
    .digest()
}
