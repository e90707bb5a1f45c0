import type { Value } from './values.ts'

/**
 * A whole number as Rails' `numericality: {only_integer: true}` accepts it, quoted or not.
 * Source: activemodel, validations/numericality.rb.
 */
export function asWholeNumber(value: Value): bigint | undefined {
  if (value.kind === 'integer') return value.value
  if (value.kind !== 'string') return undefined
  return /^[-+]?\d+$/.test(value.value) ? BigInt(value.value.replace('+', '')) : undefined
}
