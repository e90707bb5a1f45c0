/**
 * Sizes as the memory calculators of the Java buildpacks read and print them. The rules differ from Cloud Foundry's (no
 * fractions, no `KB`); the 64-bit integers wrap around.
 * https://github.com/cloudfoundry/java-buildpack-memory-calculator: memory/size.go of v3.13.0 and of v4.2.0
 */
import { goTrim } from '../../platform/trim.ts'

const KIB = 1024n

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
  const match = /^(\d+)([bkmgt]?)$/i.exec(text)
  return match ? (sized(match) ?? 'too-large') : undefined
}

/**
 * A size as calculator 3.13 reads it: a unit is required (except for `0`), `t` is not supported, a sign is allowed.
 *
 * @returns bytes; undefined when the calculator reports an error
 */
export function parseSignedSize(text: string): bigint | undefined {
  const size = goTrim(text)
  if (size === '0') return 0n
  const match = /^([+-]?\d+)([bkmg])$/i.exec(size)
  return match ? sized(match) : undefined
}

/** @returns undefined if the number exceeds 64 bits */
function sized([, digits = '', unit = '']: RegExpExecArray): bigint | undefined {
  const number = BigInt(digits)
  if (int64(number) !== number) return undefined
  return int64(number << BigInt(10 * 'bkmgt'.indexOf(unit.toLowerCase())))
}

/**
 * Rounded towards zero to whole KiB, in the largest unit that divides it evenly: `1536M`, `18109K`, `0`.
 *
 * @param units calculator 4.2 prints T, 3.13 stops at G
 */
export function printCalculatorSize(bytes: bigint, units = 'TGM'): string {
  const kib = bytes / KIB
  if (kib === 0n) return '0'
  for (const unit of units) {
    const size = KIB ** BigInt('KMGT'.indexOf(unit))
    if (kib % size === 0n) return `${kib / size}${unit}`
  }
  return `${kib}K`
}
