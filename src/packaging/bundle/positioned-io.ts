/** Signatures and complete writes at a position of a file. */
import type { FileHandle } from 'node:fs/promises'
import { readBytes } from '../../system/foreign-file.ts'

/** Whether the four bytes there are this little-endian number. */
export function hasSignature({ fd }: FileHandle, position: number, signature: number): boolean {
  const bytes = readBytes(fd, position, 4)
  return bytes.length === 4 && bytes.readUInt32LE(0) === signature
}

/** @returns the position after the written bytes */
export async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<number> {
  let written = 0
  while (written < bytes.length) {
    const result = await file.write(bytes, written, bytes.length - written, position + written)
    written += result.bytesWritten
  }
  return position + written
}
