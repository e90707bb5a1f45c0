/** Sizes as Cloud Controller reads them. Source: its byte_converter.rb and byte_quantity.rb. */
import { rubyStrip } from '../platform/trim.ts'
import { isBlank, toRubyString, type Value } from './values.ts'

/** `not a number` if it does not begin with one, `no unit` if the rest is not a unit; undefined if it is blank. */
type ByteQuantity = { readonly bytes: bigint } | 'not a number' | 'no unit' | undefined

export function readByteQuantity(value: Value): ByteQuantity {
  if (isBlank(value)) return undefined
  const text = toRubyString(value)
  if (!/^-?\d/.test(text)) return 'not a number'
  const match = /(?<![^\n])(-?\d+(?:\.\d+)?)(?:([KMGT])i?B?|B)(?![^\n])/i.exec(rubyStrip(text))
  if (!match) return 'no unit'
  const [, number, unit = 'B'] = match
  const bytes = Math.trunc(Number(number) * 1024 ** 'BKMGT'.indexOf(unit.toUpperCase()))
  return { bytes: Number.isFinite(bytes) ? BigInt(bytes) : 2n ** 1024n }
}

/** Whole MiB, rounded down. */
export function wholeMebibytes(bytes: bigint): bigint {
  return bytes / 2n ** 20n
}
