/** Go's untyped values with their offsets, for messages about the place of a wrong value. */

import type { Scalar } from '../../scalar.ts'
import type { GoDecoder, Shape, WrittenNode } from './decode.ts'
import { GoYamlError } from './error.ts'
import type { MappingNode } from './nodes.ts'
import { resolveScalar } from './scalars.ts'
import { readEntries } from './shapes.ts'

export type LocatedValue = LocatedScalar | LocatedList | LocatedMap

export type LocatedScalar = { readonly offset: number } & Scalar

export interface LocatedList {
  readonly kind: 'list'
  readonly offset: number
  readonly items: readonly LocatedValue[]
}

export interface LocatedMap {
  readonly kind: 'map'
  readonly offset: number
  /** Unique keys; a merge applies at its position. */
  readonly entries: readonly LocatedEntry[]
  /** Duplicate keys; `entries` has the later value. */
  readonly repeated: readonly LocatedScalar[]
}

export interface LocatedEntry {
  readonly key: LocatedScalar
  readonly value: LocatedValue
}

/** Any value. Timestamps are strings, as in untyped values of yaml.v2. */
export const located: Shape<LocatedValue> = {
  name: 'interface {}',
  zero: () => ({ kind: 'null', offset: 0 }),
  read: (node, _current, decoder) => ({ value: readValue(node, decoder) }),
}

/** The same as plain values: a map is a Map. */
export const untyped: Shape<unknown> = {
  name: 'interface {}',
  zero: () => null,
  read: (node, _current, decoder) => ({ value: plain(readValue(node, decoder)) }),
}

function plain(value: LocatedValue): unknown {
  if (value.kind === 'list') return value.items.map(plain)
  if (value.kind === 'map') return new Map(value.entries.map((each) => [plain(each.key), plain(each.value)]))
  return value.kind === 'null' ? null : value.value
}

function readValue(node: WrittenNode, decoder: GoDecoder): LocatedValue {
  const { offset } = node
  if (node.kind === 'sequence') {
    const items = node.items.flatMap((each) => decoder.decode(located, each, located.zero())?.value ?? [])
    return { kind: 'list', offset, items }
  }
  if (node.kind === 'mapping') return readMap(node, decoder)
  const resolved = resolveScalar(node)
  return resolved.kind === 'timestamp'
    ? { kind: 'string', value: node.text, offset }
    : { ...resolved, offset }
}

function readMap(node: MappingNode, decoder: GoDecoder): LocatedMap {
  const entries = new Map<string, LocatedEntry>()
  const repeated: LocatedScalar[] = []
  readInto(node, entries, repeated, decoder)
  return { kind: 'map', offset: node.offset, entries: [...entries.values()], repeated }
}

function readInto(
  node: MappingNode,
  entries: Map<string, LocatedEntry>,
  repeated: LocatedScalar[],
  decoder: GoDecoder,
): void {
  const merged: Shape<undefined> = {
    name: 'map[interface {}]interface {}',
    zero: () => undefined,
    read(source: WrittenNode) {
      if (source.kind === 'mapping') readInto(source, entries, repeated, decoder)
      return { value: undefined }
    },
  }
  const written = new Set<string>()
  readEntries(node, merged, undefined, decoder, (keyNode, valueNode) => {
    const key = decoder.decode(located, keyNode, located.zero())?.value
    const value = decoder.decode(located, valueNode, located.zero())?.value
    if (!key || !value) return
    if (key.kind === 'list' || key.kind === 'map')
      throw new GoYamlError('yaml: invalid map key', keyNode.offset)
    const id = keyId(key)
    if (written.has(id)) repeated.push(key)
    written.add(id)
    entries.set(id, { key, value })
  })
}

/** Keys are equal if their types and values are equal: `1` differs from `"1"`. */
function keyId(key: LocatedScalar): string {
  return key.kind === 'null' ? 'null' : `${key.kind} ${key.value}`
}
