import { createHash } from 'node:crypto'
import { readPieces } from '../system/foreign-file.ts'

/** The SHA-256 checksum of an open file, as 64 lower-case hex digits, and its size. Its position does not change. */
export function hashFile(fd: number): { readonly sha256: string; readonly bytes: number } {
  const hash = createHash('sha256')
  let bytes = 0
  for (const piece of readPieces(fd, 1024 ** 2)) {
    hash.update(piece)
    bytes += piece.length
  }
  return { sha256: hash.digest('hex'), bytes }
}
