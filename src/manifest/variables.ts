/**
 * Fills in `((variables))` of an app manifest as `cf push --var` and `--vars-file` do.
 * Source: director/template of bosh-cli, which the cf CLI uses (interpolation, names with dots, kinds of values).
 */

import { decodeGoYaml } from '../platform/go/yaml/decode.ts'
import {
  type LocatedEntry,
  type LocatedMap,
  type LocatedScalar,
  type LocatedValue,
  located,
} from '../platform/go/yaml/located.ts'
import { goMap } from '../platform/go/yaml/shapes.ts'
import { goScalarText } from '../platform/go/yaml/write-scalar.ts'
import type { Place, Problems } from '../problems/problems.ts'

/** By name; the last value wins. */
export type Variables = ReadonlyMap<string, LocatedValue>

const VARIABLE = /\(\(!?([-/.\w\p{L}]+)\)\)/gu
const WHOLE = /^\(\(!?([-/.\w\p{L}]+)\)\)$/u

/** The names of the variables in a string. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)].map(([, name = '']) => name)
}

/**
 * `name=value`: the value is YAML, so that `n=1` is a number.
 * @returns undefined if the form is wrong
 */
export function parseVariable(text: string): readonly [name: string, value: LocatedValue] | undefined {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1) return undefined
  const { value, error } = decodeGoYaml(text.slice(at + 1), located)
  return error ? undefined : [text.slice(0, at), value]
}

/** A file of variables: a map whose keys are strings as written, also `n` or `1.10`. @param file how messages name it */
export function readVariablesFile(
  text: string | Uint8Array,
  file: string,
  problems: Problems,
): ReadonlyMap<string, LocatedValue> {
  const { value, error } = decodeGoYaml(text, located)
  const start: Place = { file, line: 1, column: 1 }
  if (error) problems.error(start, `not a valid YAML file: ${error.message}`)
  else if (value.kind === 'map') return decodeGoYaml(text, goMap(located)).value
  else if (value.kind !== 'null') problems.error(start, 'expected a map of variables', 'write name: value')
  return new Map()
}

/** A tree with every variable filled in. A variable without a value is an error at its place. */
export function fillVariables<T extends LocatedValue>(
  value: T,
  variables: Variables,
  placeOf: (offset: number) => Place,
  problems: Problems,
): LocatedValue {
  const filler = new Filler(variables, placeOf, problems)
  return filler.fill(value)
}

class Filler {
  readonly #variables: Variables
  readonly #placeOf: (offset: number) => Place
  readonly #problems: Problems

  constructor(variables: Variables, placeOf: (offset: number) => Place, problems: Problems) {
    this.#variables = variables
    this.#placeOf = placeOf
    this.#problems = problems
  }

  fill(value: LocatedValue): LocatedValue {
    switch (value.kind) {
      case 'list':
        return { ...value, items: value.items.map((each) => this.fill(each)) }
      case 'map':
        return this.#fillMap(value)
      case 'string':
        return this.#fillString(value)
      default:
        return value
    }
  }

  #fillMap(map: LocatedMap): LocatedMap {
    const entries = map.entries.map(({ key, value }): LocatedEntry => {
      const filled = this.fill(value)
      const filledKey = this.fill(key)
      return { key: filledKey.kind === 'list' || filledKey.kind === 'map' ? key : filledKey, value: filled }
    })
    return { ...map, entries }
  }

  #fillString(scalar: LocatedScalar & { readonly kind: 'string' }): LocatedValue {
    const whole = WHOLE.exec(scalar.value)?.[1]
    const { offset } = scalar
    if (whole !== undefined) {
      const value = this.#find(whole, offset)
      return value ? relocate(value, offset) : scalar
    }
    const filled = scalar.value.replace(VARIABLE, (written, name: string) => {
      const value = this.#find(name, offset)
      if (!value) return written
      if (value.kind === 'string' || value.kind === 'integer') return String(value.value)
      const what = `((${name})) is a ${value.kind}; inside a longer value, cf push accepts only strings and whole numbers`
      this.#problems.error(this.#placeOf(offset), what, 'put quotes around the value of the variable')
      return written
    })
    return { kind: 'string', value: filled, offset }
  }

  /** `a.b` is the key `b` of the variable `a`. */
  #find(name: string, offset: number): LocatedValue | undefined {
    const [first = '', ...path] = name.split('.')
    let found = this.#variables.get(first)
    for (const key of path) found = found && member(found, key)
    if (!found) {
      const what = `((${name})) has no value`
      this.#problems.error(this.#placeOf(offset), what, `pass --var ${first}=VALUE or --vars-file FILE`)
    }
    return found
  }
}

function member(value: LocatedValue, key: string): LocatedValue | undefined {
  if (value.kind === 'list') return /^\d+$/.test(key) ? value.items[Number(key)] : undefined
  return value.kind === 'map'
    ? value.entries.find((each) => goScalarText(each.key) === key)?.value
    : undefined
}

/** Gives the values of other files the place of the variable. */
function relocate(value: LocatedValue, offset: number): LocatedValue {
  if (value.kind === 'list')
    return { ...value, offset, items: value.items.map((each) => relocate(each, offset)) }
  if (value.kind !== 'map') return { ...value, offset }
  const entries = value.entries.map((each) => ({
    key: { ...each.key, offset },
    value: relocate(each.value, offset),
  }))
  return { ...value, offset, entries }
}
