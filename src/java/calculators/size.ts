/**
 * Sizes as the memory calculators of the Java buildpacks read and print them. The rules differ from Cloud Foundry's (no
 * fractions, no `KB`); the 64-bit integers wrap around.
 * https://github.com/cloudfoundry/java-buildpack-memory-calculator: memory/size.go of v3.13.0 and of v4.2.0
 */

const KIB = 1024n
const SHIFTS: Readonly<Record<string, bigint>> = { '': 0n, b: 0n, k: 10n, m: 20n, g: 30n, t: 40n }
const SMALLEST = -(2n ** 63n)
const LARGEST = 2n ** 63n - 1n

export const MEBI = KIB * KIB

/** Wraps a value to 64 bits, as the calculators' arithmetic does. */
export const int64 = (value: bigint): bigint => BigInt.asIntN(64, value)

/**
 * A size as calculator 4.2 reads it.
 *
 * @param text digits, then one of `b k m g t` in either case, or nothing (bytes)
 * @returns bytes; undefined if it is not a size, `too-large` if the number exceeds 64 bits
 */
export function parseCalculatorSize(text: string): bigint | 'too-large' | undefined {
  const match = /^(\d+)([bkmgt]?)$/i.exec(text.trim())
  if (!match?.[1]) return undefined
  const digits = BigInt(match[1])
  if (digits > LARGEST) return 'too-large'
  return int64(digits << (SHIFTS[(match[2] ?? '').toLowerCase()] ?? 0n))
}

/**
 * A size as calculator 3.13 reads it: a unit is required (except for `0`), `t` is not supported, a sign is allowed.
 *
 * @returns bytes; undefined when the calculator reports an error
 */
export function parseSignedSize(text: string): bigint | undefined {
  const trimmed = text.trim()
  if (trimmed === '0') return 0n
  const match = /^([+-]?\d+)([bkmg])$/i.exec(trimmed)
  if (!match?.[1]) return undefined
  const number = BigInt(match[1].replace('+', ''))
  if (number > LARGEST || number < SMALLEST) return undefined
  return int64(number << (SHIFTS[(match[2] ?? '').toLowerCase()] ?? 0n))
}

/**
 * Rounded towards zero to whole KiB, in the largest unit that divides it evenly: `1536M`, `18109K`, `0`.
 *
 * @param largest calculator 4.2 prints T, 3.13 stops at G
 */
export function printCalculatorSize(bytes: bigint, largest: 'G' | 'T' = 'T'): string {
  const kib = bytes / KIB
  if (kib === 0n) return '0'
  const units: readonly (readonly [string, bigint])[] = [
    ['T', KIB ** 3n],
    ['G', KIB ** 2n],
    ['M', KIB],
  ]
  const unit = units.slice(largest === 'T' ? 0 : 1).find(([, size]) => kib % size === 0n)
  return unit ? `${kib / unit[1]}${unit[0]}` : `${kib}K`
}
