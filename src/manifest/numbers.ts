import type { Value } from './values.ts'

/**
 * A whole number as Rails' `numericality: {only_integer: true}` accepts it, quoted or not.
 * Source: activemodel, validations/numericality.rb.
 */
export function asWholeNumber(value: Value): bigint | undefined {
  if (value.kind === 'string' && /^[-+]?\d+$/.test(value.value)) return BigInt(value.value)
  return value.kind === 'integer' ? value.value : undefined
}
