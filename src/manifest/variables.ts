/**
 * Fills in `((variables))` of an app manifest as `cf push --var` and `--vars-file` do.
 * Source: director/template of bosh-cli, which the cf CLI uses (interpolation, names with dots, kinds of values).
 */

import { MOST_BYTES } from '../config/yaml/text.ts'
import { decodeGoYaml } from '../platform/go/yaml/decode.ts'
import {
  type LocatedEntry,
  type LocatedScalar,
  type LocatedValue,
  located,
} from '../platform/go/yaml/located.ts'
import { goMap } from '../platform/go/yaml/shapes.ts'
import { goScalarText } from '../platform/go/yaml/write-scalar.ts'
import type { Place, Problems } from '../problems/problems.ts'
import { describeKind, member, type PlaceOf } from './values.ts'

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
export function fillVariables(
  tree: LocatedValue,
  variables: Variables,
  placeOf: PlaceOf,
  problems: Problems,
): LocatedValue {
  checkDefinitions(tree, variables, placeOf, problems)
  return fill(tree)

  function fill(value: LocatedValue): LocatedValue {
    if (value.kind === 'list') return { ...value, items: value.items.map(fill) }
    if (value.kind === 'map') return { ...value, entries: value.entries.map(fillEntry) }
    return value.kind === 'string' ? fillString(value) : value
  }

  function fillEntry({ key, value }: LocatedEntry): LocatedEntry {
    const filled = fill(value)
    const filledKey = fill(key)
    if (filledKey.kind !== 'list' && filledKey.kind !== 'map') return { key: filledKey, value: filled }
    const what = `${goScalarText(key)} is used as a key: expected a string, got a ${filledKey.kind}`
    problems.error(placeOf(key.offset), what, 'use a variable with a string')
    return { key, value: filled }
  }

  function fillString(scalar: LocatedScalar & { readonly kind: 'string' }): LocatedValue {
    const whole = WHOLE.exec(scalar.value)?.[1]
    const { offset } = scalar
    if (whole !== undefined) {
      const value = find(whole, offset)
      return value ? relocate(value, offset) : scalar
    }
    let filled = scalar.value
    // One name after the other, so that a value may contain a variable that comes later.
    for (const name of variablesIn(scalar.value)) {
      const value = find(name, offset)
      if (value?.kind === 'string' || value?.kind === 'integer') {
        const text = String(value.value)
        filled = filled.replaceAll(`((${name}))`, () => text).replaceAll(`((!${name}))`, () => text)
        if (filled.length > MOST_BYTES) {
          problems.error(
            placeOf(offset),
            `with its variables, this value has more than ${MOST_BYTES} bytes`,
            'use fewer or shorter variables',
          )
          return scalar
        }
      } else if (value) {
        const what = `((${name})) is a ${value.kind}; inside a longer value, cf push accepts only strings and whole numbers`
        problems.error(placeOf(offset), what, 'put quotes around the value of the variable')
      }
    }
    return { kind: 'string', value: filled, offset }
  }

  /** `a.b` is the key `b` of the variable `a`, `a.0` its first item and `a.-1` its last one. */
  function find(name: string, offset: number): LocatedValue | undefined {
    const [first = '', ...path] = name.split('.')
    let found = variables.get(first)
    for (const key of path) found = found && memberOrItem(found, key)
    if (!found) {
      const what = `((${name})) has no value`
      problems.error(placeOf(offset), what, `pass --var ${first}=VALUE or --vars-file FILE`)
    }
    return found
  }
}

/** `variables` at the top level: the definitions of a BOSH manifest, each of which needs a value. */
function checkDefinitions(
  tree: LocatedValue,
  variables: Variables,
  placeOf: PlaceOf,
  problems: Problems,
): void {
  const list = tree.kind === 'map' ? member(tree, 'variables') : undefined
  if (!list || list.kind === 'null') return
  const expected = (value: LocatedValue, wanted: string) => {
    const what = `variables: expected ${wanted}, got ${describeKind(value)}`
    problems.error(placeOf(value.offset), what, 'rename the key, which cf push reads itself')
  }
  if (list.kind !== 'list') expected(list, 'a list')
  for (const item of list.kind === 'list' ? list.items : []) {
    if (item.kind !== 'map' && item.kind !== 'null') {
      expected(item, 'a map')
      continue
    }
    const [named, type] = ['name', 'type'].map((key) => (item.kind === 'map' ? member(item, key) : undefined))
    if (named?.kind === 'list' || named?.kind === 'map') expected(named, 'a string')
    else if (type?.kind === 'list' || type?.kind === 'map') expected(type, 'a string')
    else if (!variables.has(named ? goScalarText(named) : '')) {
      const name = named ? goScalarText(named) : 'NAME'
      problems.error(placeOf(item.offset), `variables: ${name} has no value`, `pass --var ${name}=VALUE`)
    }
  }
}

function memberOrItem(value: LocatedValue, key: string): LocatedValue | undefined {
  if (value.kind === 'list') return /^-?\d+$/.test(key) ? value.items.at(Number(key)) : undefined
  if (value.kind !== 'map') return undefined
  return value.entries.find((each) => each.key.kind === 'string' && each.key.value === key)?.value
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
