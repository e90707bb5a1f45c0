/** Random access to bytes: a file, a part of a file, or a buffer. */
import { closeSync, fstatSync } from 'node:fs'
import { InputError } from '../problems/problems.ts'
import { openForeignFile, readBytes } from '../system/foreign-file.ts'

export interface ByteSource {
  /** Its name in messages. */
  readonly name: string
  readonly size: number
  /** Exactly this many bytes. @throws InputError when the source has fewer */
  read(offset: number, length: number): Buffer
}

/** Opens a file, passes it to a function and closes it in any case. */
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

/** The same for a synchronous function. */
export function withFileSync<T>(path: string, name: string, use: (source: ByteSource) => T): T {
  const fd = openForeignFile(path, { shown: name })
  try {
    return use(fileSource(fd, name))
  } finally {
    closeSync(fd)
  }
}

/** A file that the caller opens and closes. */
export function fileSource(fd: number, name: string): ByteSource {
  return {
    name,
    size: fstatSync(fd).size,
    read(offset, length) {
      const bytes = readBytes(fd, offset, length)
      if (bytes.length < length) throw new InputError(`${name} is truncated: entries are missing`)
      return bytes
    },
  }
}

/** A part of another source: an uncompressed jar in a jar. */
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

/** The last bytes of a source of `size` bytes; earlier bytes cannot be read. */
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
