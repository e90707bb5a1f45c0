/** What becomes an entry of the archive: a file, or a text made here. */
import { open } from 'node:fs/promises'
import { readAt } from './positioned-io.ts'

/** Something that can be read at any place, as often as wanted. */
export interface Content {
  /** @returns `length` bytes from `position` on, fewer only where it ends */
  read(position: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

export async function fileContent(path: string): Promise<Content> {
  const file = await open(path, 'r')
  return { read: (position, length) => readAt(file, position, length), close: () => file.close() }
}

export function bytesContent(bytes: Buffer): Content {
  return {
    read: async (position, length) => bytes.subarray(position, position + length),
    close: async () => {},
  }
}
