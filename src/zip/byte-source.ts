/** Random access to bytes: a file, a part of a file, or a buffer. */
import { closeSync, fstatSync, readSync } from 'node:fs'
import { InputError } from '../config/problems.ts'
import { openForeignFile } from '../system/foreign-file.ts'

export interface ByteSource {
  /** As the user knows it, for messages. */
  readonly name: string
  readonly size: number
  /** Exactly so many bytes. @throws InputError when they are not there */
  read(offset: number, length: number): Buffer
}

/** Opens a file, hands it on and closes it again, whatever happens. */
export async function withFile<T>(
  path: string,
  name: string,
  use: (source: ByteSource) => T | Promise<T>,
): Promise<T> {
  const fd = openForeignFile(path, { shown: name })
  try {
    return await use(fileSource(fd, name))
  } finally {
    closeSync(fd)
  }
}

/** The same for work that does not wait. */
export function withFileSync<T>(path: string, name: string, use: (source: ByteSource) => T): T {
  const fd = openForeignFile(path, { shown: name })
  try {
    return use(fileSource(fd, name))
  } finally {
    closeSync(fd)
  }
}

/** A file that the caller has opened and closes. */
export function fileSource(fd: number, name: string): ByteSource {
  return {
    name,
    size: fstatSync(fd).size,
    read(offset, length) {
      const buffer = Buffer.allocUnsafe(length)
      let filled = 0
      while (filled < length) {
        const count = readSync(fd, buffer, filled, length - filled, offset + filled)
        if (count === 0) throw new InputError(`${name} is truncated: entries are missing`)
        filled += count
      }
      return buffer
    },
  }
}

/** A stretch of another source: a jar that lies uncompressed in a jar. */
export function partOf(source: ByteSource, name: string, start: number, size: number): ByteSource {
  return {
    name,
    size,
    read(offset, length) {
      if (offset < 0 || offset + length > size)
        throw new InputError(`${name} is truncated: entries are missing`)
      return source.read(start + offset, length)
    },
  }
}

/** The last bytes of something `size` long; what lies before them cannot be read. */
export function tailSource(name: string, size: number, tail: Buffer): ByteSource {
  const start = size - tail.length
  return {
    name,
    size,
    read(offset, length) {
      if (offset < start || offset + length > size)
        throw new InputError(`${name} has a central directory that is too large`)
      return tail.subarray(offset - start, offset - start + length)
    },
  }
}
