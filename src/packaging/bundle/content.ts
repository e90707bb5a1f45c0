/** The content of a new entry: a file, or generated text. */
import { closeSync, readSync } from 'node:fs'
import { openForeignFile } from '../../system/foreign-file.ts'

/**
 * Data that can be read at any position, any number of times. Reading is synchronous: compression needs its blocks at
 * once, and the main thread has nothing else to do.
 */
export interface Content {
  /** @returns `length` bytes from `position` on, fewer only at the end */
  read(position: number, length: number): Buffer
  /** May be called again. */
  close(): void
}

export function fileContent(path: string): Content {
  const file = openForeignFile(path)
  let isOpen = true
  return {
    read(position, length) {
      const bytes = Buffer.allocUnsafe(length)
      let read = 0
      for (let now = -1; now !== 0 && read < length; read += now) {
        now = readSync(file, bytes, read, length - read, position + read)
      }
      return bytes.subarray(0, read)
    },
    close() {
      if (isOpen) closeSync(file)
      isOpen = false
    },
  }
}

export function bytesContent(bytes: Buffer): Content {
  return { read: (position, length) => bytes.subarray(position, position + length), close() {} }
}
