/** Writes a verified download into a directory: archives are unpacked, other files copied. Loaded when it is needed. */
import { fstatSync } from 'node:fs'
import { readBytes } from '../../system/foreign-file.ts'
import { decompressed } from './decompress.ts'
import { RefusedArchive } from './escape.ts'
import { compressionOf, isJarName, isTar, isZip } from './formats.ts'
import { unpackTar } from './tar.ts'
import { Target } from './target.ts'
import { isJarArchive, unpackZip } from './zip.ts'

export interface Unpacked {
  readonly files: readonly string[]
  readonly bytes: number
}

const HEAD = 512
const COMPRESSION_SUFFIX = /\.(gz|xz|zst|zstd|bz2)$/i

/**
 * @param fd an open file whose checksum matches
 * @param name its file name, used for a file that is not an archive
 * @param into an empty directory
 * @throws Error with a message for the user about "the archive"; the directory then holds a part of it, or nothing
 */
export async function unpack(fd: number, name: string, into: string): Promise<Unpacked> {
  const { size } = fstatSync(fd)
  const target = new Target(into, size)
  try {
    await unpackInto(fd, name, target)
    return target.finish()
  } catch (thrown) {
    if (thrown instanceof RefusedArchive) throw new Error(`the archive is rejected: ${thrown.message}`)
    throw thrown
  }
}

async function unpackInto(fd: number, name: string, target: Target): Promise<void> {
  const head = readBytes(fd, 0, HEAD)
  if (isZip(head)) {
    const isNamedJar = isJarName(name)
    if (!isNamedJar && !(await isJarArchive(fd))) return unpackZip(fd, target)
    return placeFile(isNamedJar ? name : `${name}.jar`, decompressed(fd, undefined), target)
  }
  const compression = compressionOf(head)
  const [first, pieces] = await peek(decompressed(fd, compression))
  if (isTar(first)) return unpackTar(pieces, target)
  return placeFile(compression ? name.replace(COMPRESSION_SUFFIX, '') : name, pieces, target)
}

async function placeFile(name: string, pieces: AsyncIterable<Buffer>, target: Target): Promise<void> {
  const writer = target.file(name, 0, 0)
  try {
    for await (const piece of pieces) writer.write(piece)
  } finally {
    writer.close()
  }
}

/** The first 512 bytes, and an iterator over all bytes. */
async function peek(pieces: AsyncGenerator<Buffer>): Promise<[Buffer, AsyncIterable<Buffer>]> {
  let head: Buffer = Buffer.alloc(0)
  while (head.length < HEAD) {
    const { done, value } = await pieces.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  async function* all() {
    yield head
    yield* pieces
  }
  return [head.subarray(0, HEAD), all()]
}
