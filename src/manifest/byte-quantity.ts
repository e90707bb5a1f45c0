/** Sizes as Cloud Controller reads them. Source: its byte_converter.rb and byte_quantity.rb. */
import { isBlank, toRubyString, type Value } from './values.ts'

/** `not a number` if it does not begin with one, `no unit` if the rest is not a unit. */
type ByteQuantity = { readonly bytes: bigint } | 'blank' | 'not a number' | 'no unit'

const UNITS: Readonly<Record<string, number>> = { B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

export function readByteQuantity(value: Value): ByteQuantity {
  if (isBlank(value)) return 'blank'
  const text = toRubyString(value)
  if (!/^-?\d+/.test(text)) return 'not a number'
  const [, number, unit = ''] = /^(-?\d+(?:\.\d+)?)([KMGT]i?B?|B)$/im.exec(text.trim()) ?? []
  const scale = UNITS[unit.charAt(0).toUpperCase()]
  if (number === undefined || scale === undefined) return 'no unit'
  const bytes = Math.trunc(Number(number) * scale)
  return { bytes: Number.isFinite(bytes) ? BigInt(bytes) : 2n ** 1024n }
}

/** Whole MiB, rounded down. */
export function wholeMebibytes(bytes: bigint): bigint {
  return bytes / 2n ** 20n
}
