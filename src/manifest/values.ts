/**
 * The values of an app manifest as Cloud Controller (Psych) reads them, after the cf CLI (yaml.v2) has parsed the user's
 * file and written it again.
 */

import { compareGoKeys } from '../platform/go/yaml/key-order.ts'
import type { LocatedEntry, LocatedMap, LocatedScalar, LocatedValue } from '../platform/go/yaml/located.ts'
import { formatGoFloat, goScalarText, isWrittenPlain } from '../platform/go/yaml/write-scalar.ts'
import { inspectString, inspectSymbol } from '../platform/ruby/inspect.ts'
import { formatRubyFloat, type RubyScalar, tokenizeScalar } from '../platform/ruby/scalars.ts'
import type { Place, Problems } from '../problems/problems.ts'

/** A value in Cloud Controller, with its place in the user's file. */
export type Value = ScalarValue | ListValue | MapValue

export type ScalarValue = { readonly place: Place } & Exclude<RubyScalar, { kind: 'refused' }>

interface ListValue {
  readonly kind: 'list'
  readonly place: Place
  readonly items: readonly Value[]
}

export interface MapValue {
  readonly kind: 'map'
  readonly place: Place
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly key: ScalarValue
  readonly value: Value
}

export type PlaceOf = (offset: number) => Place

/** Converts the values that the CLI sends. Reports scalars of classes that Cloud Controller refuses. */
export class Sender {
  readonly placeOf: PlaceOf
  readonly #problems: Problems

  constructor(placeOf: PlaceOf, problems: Problems) {
    this.placeOf = placeOf
    this.#problems = problems
  }

  value(value: LocatedValue): Value {
    const place = this.placeOf(value.offset)
    if (value.kind === 'list')
      return { kind: 'list', place, items: value.items.map((each) => this.value(each)) }
    return value.kind === 'map' ? this.map(value) : this.scalar(value)
  }

  map(map: LocatedMap): MapValue {
    const entries = sortedByKey(map).map(({ key, value }) => ({
      key: this.scalar(key),
      value: this.value(value),
    }))
    return { kind: 'map', place: this.placeOf(map.offset), entries }
  }

  scalar(scalar: LocatedScalar): ScalarValue {
    const place = this.placeOf(scalar.offset)
    if (scalar.kind === 'float') return { ...this.#read(formatGoFloat(scalar.value), place), place }
    return scalar.kind === 'string' ? this.string(scalar.value, place) : { ...scalar, place }
  }

  /** A value that the CLI treats as a string, whatever the user wrote. */
  string(text: string, place: Place): ScalarValue {
    if (!isWrittenPlain(text)) return { kind: 'string', value: text, place }
    return { ...this.#read(text, place), place }
  }

  #read(text: string, place: Place): Exclude<RubyScalar, { kind: 'refused' }> {
    const read = tokenizeScalar(text)
    if (read.kind !== 'refused') return read
    const what = `Cloud Controller reads this value as a ${read.className} and refuses the manifest`
    this.#problems.error(place, what, 'use a value that does not look like one')
    return { kind: 'string', value: text }
  }
}

/** The entries as the CLI writes them: of two keys that mean the same to Cloud Controller, the last one counts. */
export function sortedByKey({ entries }: LocatedMap): readonly LocatedEntry[] {
  return entries.toSorted((a, b) => compareGoKeys(a.key, b.key))
}

/** The value of a key in the user's file, by its text. */
export function member(map: LocatedMap, key: string): LocatedValue | undefined {
  return map.entries.find((each) => goScalarText(each.key) === key)?.value
}

/** The value of a key that is a string, or undefined. */
export function entry(map: MapValue, key: string): Value | undefined {
  return map.entries.findLast((each) => each.key.kind === 'string' && each.key.value === key)?.value
}

/** `a string`, `a list`, `nothing`: for messages. */
export function describeKind({ kind }: { readonly kind: Value['kind'] }): string {
  if (kind === 'null') return 'nothing'
  return kind === 'integer' || kind === 'float' ? 'a number' : `a ${kind}`
}

/** Rails' `blank?`: null, false, an empty list or map, a string of only white space. */
export function isBlank(value: Value): boolean {
  switch (value.kind) {
    case 'boolean':
      return !value.value
    case 'string':
      return isBlankText(value.value)
    case 'list':
      return value.items.length === 0
    case 'map':
      return value.entries.length === 0
    default:
      return value.kind === 'null'
  }
}

/** Not the same as an empty `trim()`: U+0085 is white space in Ruby, U+FEFF is not. */
export const isBlankText = (text: string) => /^\p{White_Space}*$/u.test(text)

/** Ruby's `to_s`: the value in the environment of the process. */
export function toRubyString(value: Value): string {
  if (value.kind === 'string') return value.value
  return value.kind === 'null' ? '' : inspect(value)
}

/**
 * A whole number as Rails' `numericality: {only_integer: true}` accepts it, quoted or not.
 * Source: activemodel, validations/numericality.rb.
 */
export function asWholeNumber(value: Value): bigint | undefined {
  if (value.kind === 'string' && /^[-+]?\d+$/.test(value.value)) return BigInt(value.value)
  return value.kind === 'integer' ? value.value : undefined
}

/** Ruby 3.3's `inspect`. Cloud Controller turns the keys of maps into symbols. */
function inspect(value: Value): string {
  switch (value.kind) {
    case 'null':
      return 'nil'
    case 'float':
      return formatRubyFloat(value.value)
    case 'boolean':
    case 'integer':
      return String(value.value)
    case 'string':
      return inspectString(value.value)
    case 'list':
      return `[${value.items.map(inspect).join(', ')}]`
    case 'map':
      return `{${value.entries.map(({ key, value: each }) => `${inspectKey(key)}=>${inspect(each)}`).join(', ')}}`
  }
}

function inspectKey(key: ScalarValue): string {
  return key.kind === 'string' ? inspectSymbol(key.value) : inspect(key)
}
