/**
 * Plain scalars as Cloud Controller's YAML parser reads them: Psych's ScalarScanner with `strict_integer`, without
 * symbols, dates and times (lib/psych/scalar_scanner.rb; `parsed_yaml` of Cloud Controller's ApplicationController).
 */

import type { Scalar } from '../scalar.ts'

export type RubyScalar =
  | Scalar
  /** A value of a class that Cloud Controller does not accept: it refuses the whole manifest. */
  | { readonly kind: 'refused'; readonly className: 'Symbol' | 'Date' | 'Time' }

const WORDS = /^[^\d.:-]?[\p{Alphabetic}_\s!@#$%^&*(){}<>|/\\~;=]+/u
const TIME =
  /^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$/
const DATE = /^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$/
const FLOAT = /^(?:[-+]?([0-9][0-9_,]*)?\.[0-9]*([eE][-+][0-9]+)?)$/
const INTEGER =
  /^(?:[-+]?0b_*[0-1][0-1_]*|[-+]?0_*[0-7][0-7_]*|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*)$/

/** @param text one line */
export function tokenizeScalar(text: string): RubyScalar {
  if (text === '') return { kind: 'null' }
  if (WORDS.test(text)) return tokenizeWord(text)
  if (TIME.test(text)) return { kind: 'refused', className: 'Time' }
  if (DATE.test(text)) return { kind: 'refused', className: 'Date' }
  if (/^\+?\.inf$/i.test(text)) return { kind: 'float', value: Number.POSITIVE_INFINITY }
  if (/^-\.inf$/i.test(text)) return { kind: 'float', value: Number.NEGATIVE_INFINITY }
  if (/^\.nan$/i.test(text)) return { kind: 'float', value: Number.NaN }
  if (/^:./.test(text)) return { kind: 'refused', className: 'Symbol' }
  if (FLOAT.test(text) && !/^[-+]?\.$/.test(text))
    return { kind: 'float', value: Number(text.replace(/[,_]/g, '')) }
  if (INTEGER.test(text)) return { kind: 'integer', value: parseInteger(text.replaceAll('_', '')) }
  return { kind: 'string', value: text }
}

/** Words of up to five characters may be null or a boolean, in any mix of cases. */
function tokenizeWord(text: string): RubyScalar {
  const word = [...text].length > 5 ? '' : text.toLowerCase()
  if (word === '~' || word === 'null') return { kind: 'null' }
  if (['yes', 'true', 'on'].includes(word)) return { kind: 'boolean', value: true }
  if (['no', 'false', 'off'].includes(word)) return { kind: 'boolean', value: false }
  return { kind: 'string', value: text }
}

function parseInteger(text: string): bigint {
  const [, sign, digits = '0'] = /^([-+]?)(.*)$/.exec(text) ?? []
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits)
  return sign === '-' ? -magnitude : magnitude
}

/** `Float#to_s`: digits below 10^15, an exponent from there on and below 10^-4. */
export function formatRubyFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  const count = digits.replace(/[-.]/g, '').length
  if (power >= -4 && power < 15) return value.toFixed(Math.max(1, count - 1 - power))
  const mantissa = digits.includes('.') ? digits : `${digits}.0`
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
