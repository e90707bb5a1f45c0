/**
 * `sidecars` of an app manifest. Source: Cloud Controller's sidecar_create_message.rb and sidecar_update.rb.
 * Their keys are read as written: `process-types` is not `process_types`.
 */

import { MOST_CHARACTERS_OF_COMMAND, MOST_CHARACTERS_OF_NAME } from '../platform/limits.ts'
import { type MemorySize, MIB } from '../platform/memory-size.ts'
import type { Place, Problems } from '../problems/problems.ts'
import type { Attributes } from './attributes.ts'
import { readByteQuantity, wholeMebibytes } from './byte-quantity.ts'
import {
  asWholeNumber,
  describeKind,
  entry,
  isBlank,
  type MapValue,
  toRubyString,
  type Value,
} from './values.ts'

export interface ManifestSidecar {
  readonly name: string
  readonly place: Place
  /** Always strings. */
  readonly processTypes: readonly string[]
  readonly command: string
  readonly memory?: MemorySize
}

/** Unique names: a second entry with the same name updates the first. */
export function readSidecars(app: Attributes): readonly ManifestSidecar[] {
  const value = app.get('sidecars')
  if (!value) return []
  if (value.kind !== 'list') {
    app.expected('sidecars', 'a list', 'remove the key, or write - name: my-sidecar below it')
    return []
  }
  const sidecars = new Map<string, ManifestSidecar>()
  for (const item of value.items) {
    const sidecar = readSidecar(item, app.problems)
    if (!sidecar) continue
    const earlier = sidecars.get(sidecar.name)
    if (earlier) {
      const what = `sidecar "${sidecar.name}" is listed twice; the second entry replaces the first`
      app.problems.warning(sidecar.place, what, 'keep one of them')
    }
    // An update without memory keeps the memory.
    const memory = sidecar.memory ?? earlier?.memory
    sidecars.set(sidecar.name, Object.freeze({ ...sidecar, ...(memory && { memory }) }))
  }
  return [...sidecars.values()]
}

function readSidecar(item: Value, problems: Problems): ManifestSidecar | undefined {
  if (item.kind !== 'map') {
    problems.error(
      item.place,
      `sidecars: expected a map, got ${describeKind(item)}`,
      'use - name: my-sidecar',
    )
    return undefined
  }
  const name = readText(item, 'name', 'sidecars: ', 'add for example name: my-sidecar', problems)
  const where = name === undefined ? 'sidecars: ' : `sidecar "${name}": `
  const command = readText(item, 'command', where, 'add the command that starts the sidecar', problems)
  const processTypes = readProcessTypes(item, where, problems)
  const memory = readMemory(item, where, problems)
  if (name === undefined || command === undefined || !processTypes) return undefined
  warnAboutLength(item.place, where, 'name', name, MOST_CHARACTERS_OF_NAME, problems)
  warnAboutLength(item.place, where, 'command', command, MOST_CHARACTERS_OF_COMMAND, problems)
  return Object.freeze({ name, place: item.place, processTypes, command, ...(memory && { memory }) })
}

function readText(
  map: MapValue,
  key: 'name' | 'command',
  where: string,
  instead: string,
  problems: Problems,
): string | undefined {
  const value = entry(map, key)
  if (value?.kind === 'string' && !isBlank(value)) return value.value
  const isWrongType = value && value.kind !== 'string' && value.kind !== 'null'
  if (isWrongType) {
    const what = `${where}${key}: expected a string, got ${describeKind(value)}`
    problems.error(value.place, what, 'put quotes around it')
  } else problems.error(value?.place ?? map.place, `${where}${key} is missing`, instead)
  return undefined
}

function readProcessTypes(map: MapValue, where: string, problems: Problems): readonly string[] | undefined {
  const value = entry(map, 'process_types')
  if (value?.kind === 'list' && value.items.length > 0) {
    for (const each of value.items.filter(({ kind }) => kind !== 'string'))
      problems.warning(each.place, `${where}process_types: expected a string, got ${describeKind(each)}`)
    return value.items.map(toRubyString)
  }
  const what = value ? `expected a list of process types, got ${describeList(value)}` : 'is missing'
  const instead = value?.kind === 'string' ? `use [${value.value}]` : 'use for example process_types: [web]'
  problems.error(value?.place ?? map.place, `${where}process_types${value ? ':' : ''} ${what}`, instead)
  return undefined
}

const describeList = (value: Value) => (value.kind === 'list' ? 'an empty list' : describeKind(value))

/** A size with its unit, or a bare number of MiB. */
function readMemory(map: MapValue, where: string, problems: Problems): MemorySize | undefined {
  const value = entry(map, 'memory')
  if (!value || value.kind === 'null') return undefined
  const quantity = readByteQuantity(value)
  const mebibytes = typeof quantity === 'object' ? wholeMebibytes(quantity.bytes) : asWholeNumber(value)
  if (mebibytes !== undefined && mebibytes > 0n) return { bytes: Number(mebibytes) * MIB }
  const problem =
    mebibytes === undefined
      ? `memory: ${describeMemoryValue(value)} is not a valid memory size`
      : 'memory must be at least 1M'
  problems.error(value.place, `${where}${problem}`, 'use for example 64M')
  return undefined
}

function describeMemoryValue(value: Value): string {
  return value.kind === 'list' || value.kind === 'map' ? describeKind(value) : `"${toRubyString(value)}"`
}

/** The manifest is accepted; applying it then fails. */
function warnAboutLength(
  place: Place,
  where: string,
  key: string,
  text: string,
  most: number,
  problems: Problems,
): void {
  const length = [...text].length
  if (length <= most) return
  const what = `${where}${key} has ${length} characters; Cloud Foundry stores at most ${most}, so cf push fails`
  problems.warning(place, what, 'shorten it')
}
