/** Complete reads and writes at a position of a file. */
import type { FileHandle } from 'node:fs/promises'

/** @returns the requested bytes, fewer only at the end of the file */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, position + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return bytes.subarray(0, read)
}

/** Whether the four bytes there are this little-endian number. */
export async function hasSignature(file: FileHandle, position: number, signature: number): Promise<boolean> {
  const bytes = await readAt(file, position, 4)
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
