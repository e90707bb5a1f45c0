/**
 * Sizes as the memory calculator of the Java buildpacks reads and prints them: other rules than Cloud Foundry's
 * own (no fractions, `KB` is none, a bare number is bytes), in 64-bit integers that wrap around.
 */

const KIB = 1024n
const SHIFTS: Readonly<Record<string, bigint>> = { '': 0n, b: 0n, k: 10n, m: 20n, g: 30n, t: 40n }
const LARGEST = 2n ** 63n - 1n

export const MEBI = KIB * KIB

/** What is wrapped to 64 bits, as the calculator's own arithmetic does it. */
export const int64 = (value: bigint): bigint => BigInt.asIntN(64, value)

/**
 * @param text digits with one of `b k m g t` behind them, or none (bytes), upper or lower case
 * @returns bytes; undefined when it is no size, `too-large` when its digits do not fit 64 bits
 */
export function parseCalculatorSize(text: string): bigint | 'too-large' | undefined {
  const match = /^(\d+)([bkmgt]?)$/i.exec(text.trim())
  if (!match?.[1]) return undefined
  const digits = BigInt(match[1])
  if (digits > LARGEST) return 'too-large'
  return int64(digits << (SHIFTS[(match[2] ?? '').toLowerCase()] ?? 0n))
}

/** Cut down to whole KiB, in the largest of K, M, G, T that divides it evenly: `1536M`, `18109K`, `0`. */
export function printCalculatorSize(bytes: bigint): string {
  const kib = bytes / KIB
  if (kib === 0n) return '0'
  const units: readonly (readonly [string, bigint])[] = [
    ['T', KIB ** 3n],
    ['G', KIB ** 2n],
    ['M', KIB],
  ]
  const unit = units.find(([, size]) => kib % size === 0n)
  return unit ? `${kib / unit[1]}${unit[0]}` : `${kib}K`
}
