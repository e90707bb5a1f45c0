/**
 * Deflate on all cores: a content is cut into blocks that are compressed side by side, each with the end of the one
 * before it as its dictionary, and ends on a byte (a sync flush). Together they are one ordinary deflate stream,
 * a fraction of a percent longer than in one go.
 */
import { setImmediate } from 'node:timers/promises'
import { constants, crc32, createDeflateRaw } from 'node:zlib'
import type { Block } from './block.ts'
import type { Content } from './content.ts'
import { evenParts } from './even-parts.ts'
import { shortMatchChooser } from './short-matches.ts'

const BLOCK = 512 * 1024
/** How far deflate looks back. */
const WINDOW = 32 * 1024
/** Blocks in memory at once. More than there are threads: work goes on while the result waits for the copy of the jar. */
const BLOCKS_AHEAD = 16
/** Blocks being compressed at once: one more than libuv has threads, as each waits for this one between its parts. */
const LANES = 5
/** As `zip` does without an option. */
const LEVEL = 6
/** The largest Huffman blocks: they end where `evenParts` ends them. */
const MEMORY_LEVEL = 9
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
  const lanes: Promise<unknown>[] = []
  const isForShortMatches = shortMatchChooser()
  let crc = 0
  let position = 0
  let current = content.read(0, BLOCK)
  let dictionary = NOTHING
  let isRead = false
  let isStopped = false
  try {
    while (!isRead || ahead.length > 0) {
      while (!isRead && ahead.length < BLOCKS_AHEAD) {
        position += current.length
        const next = current.length < BLOCK ? NOTHING : content.read(position, BLOCK)
        isRead = next.length === 0
        crc = crc32(current, crc)
        const piece = { size: current.length, crc }
        const block = { bytes: current, dictionary, isLast: isRead }
        const deflate = isForShortMatches(current) ? deflateFindingShortMatches : deflateWithZlib
        // Nobody waits for the rest any more: a run that is refused ends at once.
        const compress = async () => (isStopped ? NOTHING : deflate(block))
        const before = lanes.length < LANES ? undefined : lanes.shift()
        const bytes = before ? before.then(compress) : compress()
        lanes.push(bytes)
        ahead.push(bytes.then((bytes) => ({ bytes, ...piece })))
        dictionary = Buffer.from(current.subarray(-WINDOW))
        current = next
        // The threads get what they wait for before more is read.
        await setImmediate()
      }
      const first = ahead.shift()
      if (first) yield await first
    }
  } finally {
    isStopped = true
    await Promise.allSettled(ahead)
  }
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
  // Whoever iterates is told; nobody else need be.
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

async function deflateWithZlib({ bytes, dictionary, isLast }: Block): Promise<Buffer> {
  const deflating = createDeflateRaw({
    level: LEVEL,
    memLevel: MEMORY_LEVEL,
    // One trip to a thread and back for a part, instead of one for every 16 KiB of its result.
    chunkSize: BLOCK,
    flush: constants.Z_BLOCK,
    finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(dictionary.length > 0 && { dictionary }),
  })
  for (const part of evenParts(bytes)) deflating.write(part)
  deflating.end()
  return Buffer.concat(await deflating.toArray())
}

async function deflateFindingShortMatches(block: Block): Promise<Buffer> {
  const { deflateWithPako } = await import('./short-match-deflate.ts')
  return deflateWithPako(block, LEVEL, MEMORY_LEVEL)
}
