/**
 * The name of a supply buildpack's cache directory, as on the platform: xxHash64 of the buildpack's name in 16 hex digits. Source: the xxHash specification, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */

const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n

export function cacheName(buildpack: string): string {
  return xxhash64(Buffer.from(buildpack)).toString(16).padStart(16, '0')
}

const u64 = (value: bigint) => BigInt.asUintN(64, value)
const rotate = (value: bigint, bits: bigint) => u64((value << bits) | (value >> (64n - bits)))
const round = (lane: bigint, word: bigint) => u64(rotate(u64(lane + word * P2), 31n) * P1)

function xxhash64(input: Buffer): bigint {
  const stripes = Math.floor(input.length / 32) * 32
  let hash = u64((stripes > 0 ? mixStripes(input, stripes) : P5) + BigInt(input.length))
  let at = stripes
  for (; at + 8 <= input.length; at += 8) {
    hash = u64(rotate(hash ^ round(0n, input.readBigUInt64LE(at)), 27n) * P1 + P4)
  }
  if (at + 4 <= input.length) {
    hash = u64(rotate(hash ^ u64(BigInt(input.readUInt32LE(at)) * P1), 23n) * P2 + P3)
    at += 4
  }
  for (; at < input.length; at++) hash = u64(rotate(hash ^ u64(BigInt(input.readUInt8(at)) * P5), 11n) * P1)
  hash = u64((hash ^ (hash >> 33n)) * P2)
  hash = u64((hash ^ (hash >> 29n)) * P3)
  return hash ^ (hash >> 32n)
}

/** The part whose length is a multiple of 32 bytes, in four lanes. */
function mixStripes(input: Buffer, end: number): bigint {
  const lanes = [u64(P1 + P2), P2, 0n, u64(-P1)]
  for (let at = 0; at < end; at += 32) {
    for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] ?? 0n, input.readBigUInt64LE(at + i * 8))
  }
  const [a = 0n, b = 0n, c = 0n, d = 0n] = lanes
  const mixed = u64(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n))
  return lanes.reduce((hash, lane) => u64((hash ^ round(0n, lane)) * P1 + P4), mixed)
}
