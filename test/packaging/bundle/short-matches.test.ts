import { randomBytes, randomInt } from 'node:crypto'
import { constants, createDeflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Block } from '../../../src/packaging/bundle/block.ts'
import { deflatedPieces } from '../../../src/packaging/bundle/compression.ts'
import { deflateWithPako } from '../../../src/packaging/bundle/short-match-deflate.ts'
import { shortMatchChooser } from '../../../src/packaging/bundle/short-matches.ts'

const SIZE = 512 * 1024
const NOTHING = Buffer.alloc(0)

/** A table as programs have them: three bytes as in a record close by, and one of its own. */
const records = randomBytes(SIZE)
for (let at = 16; at < SIZE; at += 4) {
  const other = at - 4 * randomInt(1, 5)
  if (at % 256 >= 16) records.copy(records, at, other, other + 3)
}
const noise = randomBytes(SIZE)
const text = Buffer.from(
  Array.from({ length: SIZE / 40 }, (_, n) => `line ${n * 7919} of a log, ${n % 13} s after the last\n`).join(
    '',
  ),
).subarray(0, SIZE)

describe('blocks for what finds matches of three bytes', () => {
  test('are tables of short records, and neither texts nor noise nor zeros', () => {
    const chosen = (bytes: Buffer) => shortMatchChooser()(bytes)
    expect([records, text, noise, Buffer.alloc(SIZE), NOTHING].map(chosen)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  test('are none while the blocks before make up for it', () => {
    const isChosen = shortMatchChooser()
    for (let each = 0; each < 20; each++) isChosen(noise)
    expect(isChosen(records)).toBe(false)
  })

  test('are those after, once they do not', () => {
    const isChosen = shortMatchChooser()
    isChosen(noise)
    expect(Array.from({ length: 8 }, () => isChosen(records))).toContain(true)
  })
})

describe('what pako deflates', () => {
  const inflated = ({ isLast, dictionary }: Block, deflated: Buffer) =>
    // An empty last block of fixed codes ends what was only flushed.
    inflateRawSync(isLast ? deflated : Buffer.concat([deflated, Buffer.from([3, 0])]), { dictionary })

  test.each([
    ['a last block', { bytes: records, dictionary: NOTHING, isLast: true }],
    ['a block with others behind it', { bytes: records, dictionary: text.subarray(-32768), isLast: false }],
    ['one byte', { bytes: records.subarray(0, 1), dictionary: records.subarray(0, 1), isLast: true }],
    ['noise', { bytes: noise, dictionary: NOTHING, isLast: false }],
    [
      'kinds that change',
      { bytes: Buffer.concat([text, noise, records]), dictionary: NOTHING, isLast: false },
    ],
  ])('of %s is what it was', (_, block) => {
    expect(inflated(block, deflateWithPako(block, 6, 9)).equals(block.bytes)).toBe(true)
  })

  test('of records is a fifth smaller than what Node.js makes of them', () => {
    const ours = deflateWithPako({ bytes: records, dictionary: NOTHING, isLast: true }, 6, 9)
    expect(ours.length / deflateRawSync(records, { level: 6 }).length).toBeLessThan(0.8)
  })
})

test('a content of both kinds is one deflate stream', async () => {
  const bytes = Buffer.concat([text, records, noise, records, records.subarray(0, 1000)])
  const read = (at: number, length: number) => bytes.subarray(at, at + length)
  const pieces: Buffer[] = []
  for await (const piece of deflatedPieces({ read } as Parameters<typeof deflatedPieces>[0]))
    pieces.push(piece.bytes)
  const deflated = Buffer.concat(pieces)
  expect(inflateRawSync(deflated).equals(bytes)).toBe(true)
  const plain = createDeflateRaw({ level: 6, finishFlush: constants.Z_FINISH })
  plain.end(bytes)
  const byNode = Buffer.concat(await plain.toArray()).length
  expect(deflated.length / byNode).toBeLessThan(0.95)
})
