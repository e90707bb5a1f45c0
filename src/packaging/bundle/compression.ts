/**
 * Deflate on all cores: a content is cut into blocks that are compressed side by side, each with the end of the one
 * before it as its dictionary, and ends on a byte (a sync flush). Together they are one ordinary deflate stream,
 * a fraction of a percent longer than in one go.
 */
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'
import type { Content } from './content.ts'

const BLOCK = 512 * 1024
/** How far deflate looks back. */
const WINDOW = 32 * 1024
/** Blocks in memory at once. More than there are threads: work goes on while the result waits for the copy of the jar. */
const BLOCKS_AHEAD = 8
const OPTIONS = {
  /** As `zip` does without an option. */
  level: 6,
  /** Huffman blocks of 8,192 symbols, which fit the changing contents of programs best (bench/bundle.mjs). */
  memLevel: 7,
  /** One trip to a thread and back for a block. */
  chunkSize: BLOCK,
}
const NOTHING = Buffer.alloc(0)

export interface Piece {
  /** To be written, in order. */
  readonly bytes: Buffer
  /** Of what was read for it. */
  readonly size: number
  /** CRC-32 of everything read up to here. */
  readonly crc: number
}

/** The content as it is, in pieces. */
export async function* storedPieces(content: Content): AsyncGenerator<Piece> {
  let crc = 0
  for (let position = 0; ; ) {
    const bytes = content.read(position, BLOCK)
    if (bytes.length === 0) return
    crc = crc32(bytes, crc)
    position += bytes.length
    yield { bytes, size: bytes.length, crc }
  }
}

/** The content as one deflate stream, in pieces. */
export async function* deflatedPieces(content: Content): AsyncGenerator<Piece> {
  const ahead: Promise<Piece>[] = []
  let crc = 0
  let position = 0
  let current = content.read(0, BLOCK)
  let dictionary = NOTHING
  let isRead = false
  try {
    while (!isRead || ahead.length > 0) {
      while (!isRead && ahead.length < BLOCKS_AHEAD) {
        position += current.length
        const next = current.length < BLOCK ? NOTHING : content.read(position, BLOCK)
        isRead = next.length === 0
        crc = crc32(current, crc)
        const piece = { size: current.length, crc }
        ahead.push(deflateBlock(current, dictionary, isRead).then((bytes) => ({ bytes, ...piece })))
        dictionary = Buffer.from(current.subarray(-WINDOW))
        current = next
      }
      const first = ahead.shift()
      if (first) yield await first
    }
  } finally {
    await Promise.allSettled(ahead)
  }
}

/** @param isLast of the stream, which it ends then */
async function deflateBlock(bytes: Buffer, dictionary: Buffer, isLast: boolean): Promise<Buffer> {
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH
  return promisify(deflateRaw)(bytes, {
    ...OPTIONS,
    finishFlush,
    ...(dictionary.length > 0 && { dictionary }),
  })
}

/** A compression at work before anybody asks for its result: BLOCKS_AHEAD blocks of it, at most. */
export interface BegunCompression {
  readonly pieces: AsyncIterable<Piece>
  /** Waits for what is being compressed; nothing more is read of the content then. */
  abandon(): Promise<void>
}

export function beginCompression(content: Content): BegunCompression {
  const pieces = deflatedPieces(content)
  const first = pieces.next()
  // Who iterates gets the error.
  first.catch(() => {})
  return {
    pieces: {
      async *[Symbol.asyncIterator]() {
        const { value, done } = await first
        if (!done) yield value
        yield* pieces
      },
    },
    async abandon() {
      await first.catch(() => {})
      await pieces.return(undefined)
    },
  }
}
