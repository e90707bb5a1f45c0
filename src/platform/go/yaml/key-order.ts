/** The order in which gopkg.in/yaml.v2 writes the keys of a map. Source: its sorter.go. */
import type { LocatedScalar } from './located.ts'

const RANKS = { boolean: 0, integer: 1, float: 2, null: 3, string: 4 } as const

/** Numbers and booleans by value, then null, then strings. */
export function compareGoKeys(a: LocatedScalar, b: LocatedScalar): number {
  if (a.kind === 'string' && b.kind === 'string') return compareTexts(a.value, b.value)
  const isNumber = ({ kind }: LocatedScalar) => RANKS[kind] <= RANKS.float
  const difference = isNumber(a) && isNumber(b) ? Number(numberOf(a)) - Number(numberOf(b)) : 0
  return difference || RANKS[a.kind] - RANKS[b.kind]
}

const numberOf = (scalar: LocatedScalar) => (scalar.kind === 'null' ? 0 : scalar.value)

/** Letters after all other characters, runs of digits by their number. */
function compareTexts(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  const at = left.findIndex((each, index) => each !== right[index])
  const [one, other] = [left[at], right[at]]
  if (one === undefined || other === undefined) return left.length - right.length
  const order = (one.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
  const isLetter = (character: string) => /\p{L}/u.test(character)
  if (isLetter(one) && isLetter(other)) return order
  if (isLetter(one) || isLetter(other)) return isLetter(one) ? 1 : -1
  const before = /[0-9]*$/.exec(left.slice(0, at).join(''))?.[0] ?? ''
  // A zero within a number counts: 10 is after 1x.
  const head = (one === '0' || other === '0') && /[1-9]/.test(before) ? '1' : ''
  const run = (from: readonly string[]) => /^[0-9]*/.exec(from.slice(at).join(''))?.[0] ?? ''
  const [digits, others] = [run(left), run(right)]
  const numbers = BigInt(`0${head}${digits}`) - BigInt(`0${head}${others}`)
  return Number(numbers) || digits.length - others.length || order
}
