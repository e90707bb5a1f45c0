/** How gopkg.in/yaml.v2 writes scalars (its encode.go and emitterc.go): as far as other YAML parsers may read them differently. */
import type { LocatedScalar } from './located.ts'
import { resolveScalar } from './scalars.ts'

/** The text of a scalar, without quotes. */
export function goScalarText(scalar: LocatedScalar): string {
  switch (scalar.kind) {
    case 'null':
      return 'null'
    case 'boolean':
    case 'integer':
      return String(scalar.value)
    case 'float':
      return formatGoFloat(scalar.value)
    case 'string':
      return scalar.value
  }
}

/** `strconv.FormatFloat(value, 'g', -1, 64)` with YAML's names for infinity and NaN. `-0` is parsed as 0. */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  if (value === 0) return '0'
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6)
    return value.toFixed(Math.max(0, digits.replace(/[-.]/g, '').length - 1 - power))
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
const FIRST_INDICATOR = /^[#,[\]{}&*!|>'"%@`]|^[?:-](?=[ \t]|$)|^(?:---|\.\.\.)/
/**
 * Characters that end or break a plain scalar: `: `, ` #`, spaces at its ends, line breaks, and those that yaml.v2 does
 * not take for printable, among them the tab and everything from U+10000.
 */
const NEVER_PLAIN = /:(?= |$)|(?<= )#|^ | $|[\u2028\u2029]|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u

/** Whether a string is written without quotes, in a block, so that the parser decides its type. */
export function isWrittenPlain(value: string): boolean {
  if (BASE_60.test(value)) return false
  const resolved = resolveScalar({ kind: 'scalar', text: value, plain: true, tag: '', offset: 0 })
  return resolved.kind === 'string' && !FIRST_INDICATOR.test(value) && !NEVER_PLAIN.test(value)
}
