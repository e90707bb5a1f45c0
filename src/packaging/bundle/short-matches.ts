/**
 * Which blocks Node.js's zlib (Chromium's) compresses badly: it looks for no match of three bytes, whatever the level,
 * and `zip` does. That costs up to a third more where short records stand side by side, as in the tables of programs, and
 * nothing elsewhere: its Huffman blocks are better (`evenParts`).
 */

import { entropyBits } from './entropy.ts'

/** Of every SPACING bytes the first SAMPLE are looked at: the records of a table are close to each other. */
const SPACING = 12 * 1024
const SAMPLE = 384
const HASH_BITS = 10
/** Bytes of the matches in question. */
const SHORT = 3
/** As far as deflate's longest match. */
const LONGEST = 258
/**
 * Bits around what is counted: of a symbol of three bytes' length, of one for a longer match, and what real codes take
 * more than the best ones. Set so that the estimates follow what comes out with them and without for 918 blocks of 131 programs.
 */
const SHORT_MATCH_BITS = 7
const LONG_MATCH_BITS = 10
const CODE_LOSS_BITS = 0.3
/** Where both come out the same, by that estimate: here zlib's Huffman blocks make up for the matches it misses. */
const EVEN = 1.075
/** From where on a block is worth the time. */
const WORTH = 1.09

/**
 * To be asked block by block, in order: tells whether this one should be compressed by what finds matches of three bytes.
 * As few as possible are, because that takes four times as long: while what zlib gained on the blocks before makes up for it, none.
 */
export function shortMatchChooser(): (block: Buffer) => boolean {
  let behind = 0
  return (block) => {
    const { ratio, bits } = withoutShortMatches(block)
    const loss = bits * (ratio / EVEN - 1)
    const isChosen = ratio > WORTH && behind + loss > 0
    if (!isChosen) behind += loss
    return isChosen
  }
}

interface Estimate {
  /** Compressed size without matches of three bytes ÷ with them; 1 or more. */
  readonly ratio: number
  /** Compressed size without them, of the sampled bytes. */
  readonly bits: number
}

function withoutShortMatches(block: Buffer): Estimate {
  const literals = new Uint32Array(256)
  const last = new Int32Array(1 << HASH_BITS)
  let short = 0
  let shortDistanceBits = 0
  let long = 0
  let longDistanceBits = 0
  for (let from = 0; from < block.length; from += SPACING) {
    const to = Math.min(block.length, from + SAMPLE)
    last.fill(-1)
    for (let at = from; at < to - SHORT; ) {
      const hash = hashOfThree(block, at)
      const before = last[hash] as number
      last[hash] = at
      const length = before < 0 ? 0 : sameBytes(block, before, at, to)
      const next = at + Math.max(1, length)
      if (length > SHORT) {
        long++
        longDistanceBits += Math.log2(at - before)
      } else if (length === SHORT) {
        short++
        shortDistanceBits += Math.log2(at - before)
      }
      // Without matches of three bytes these are literals, too.
      if (length <= SHORT) {
        for (let each = at; each < next; each++) {
          const byte = block[each] as number
          literals[byte] = (literals[byte] as number) + 1
        }
      }
      at = next
    }
  }
  const total = literals.reduce((sum, count) => sum + count, 0)
  const literalBits = total === 0 ? 0 : entropyBits(literals, total) / total + CODE_LOSS_BITS
  const without = total * literalBits + long * LONG_MATCH_BITS + longDistanceBits
  const saved = SHORT * short * literalBits - short * SHORT_MATCH_BITS - shortDistanceBits
  return { ratio: without === 0 ? 1 : without / (without - Math.max(0, saved)), bits: without }
}

function hashOfThree(bytes: Buffer, at: number): number {
  const three = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)
  return Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS)
}

/** How many bytes are the same at both places; 0 when fewer than three are. */
function sameBytes(bytes: Buffer, one: number, other: number, to: number): number {
  let length = 0
  const longest = Math.min(LONGEST, to - other)
  while (length < longest && bytes[one + length] === bytes[other + length]) length++
  return length < SHORT ? 0 : length
}
