import { closest, distance } from 'fastest-levenshtein'
import type { Problems } from '../../problems/problems.ts'
import { isNull, type MapEntry, type YamlNode } from '../yaml/nodes.ts'
import { type Decoder, type JsonSchema, wants } from './decoder.ts'

interface ListOptions {
  /** Null is an empty list. */
  readonly emptyable?: boolean
  /** Omits unreadable items, so that rules between the others still report problems. */
  readonly keepsReadable?: boolean
  readonly example?: string
}

/** A list; messages name an item `name[2]`. */
export function list<T>(item: Decoder<T>, options: ListOptions = {}): Decoder<readonly T[]> {
  return {
    schema: { type: options.emptyable ? ['array', 'null'] : 'array', items: item.schema },
    read: (node, name, problems) => {
      if (options.emptyable && isNull(node)) return []
      if (node.kind !== 'list')
        return wants(node, name, 'a list', problems, `write for example ${options.example ?? '[a, b]'}`)
      const items = node.items.map((each, index) => item.read(each, `${name}[${index}]`, problems))
      const readable = items.filter((each) => each !== undefined)
      return readable.length === items.length || options.keepsReadable ? Object.freeze(readable) : undefined
    },
  }
}

interface MapOptions {
  /** Messages do not quote keys and values: a key may be a secret, or a whole `NAME=value`. */
  readonly secret?: boolean
}

/** A map with free keys. Null is an empty map. */
export function mapOf<K extends string, T>(
  key: Decoder<K>,
  value: Decoder<T>,
  { secret }: MapOptions = {},
): Decoder<ReadonlyMap<K, T>> {
  return {
    schema: {
      type: ['object', 'null'],
      propertyNames: { ...key.schema, type: 'string' },
      additionalProperties: value.schema,
    },
    read: (node, name, problems) => {
      if (isNull(node)) return new Map<K, T>()
      if (node.kind !== 'map') return wants(node, name, 'a map', problems, 'write NAME: value, one per line')
      const read = new Map<K, T>()
      let whole = true
      for (const entry of node.entries) {
        const { text } = entry.key
        const k = key.read(entry.key, secret ? `a name in ${name}` : `the key ${text} of ${name}`, problems)
        const v = value.read(entry.value, secret ? `a value in ${name}` : `${name}.${text}`, problems)
        if (k === undefined || v === undefined) whole = false
        else read.set(k, v)
      }
      return whole ? read : undefined
    },
  }
}

type Fields = { readonly [key: string]: Decoder<unknown> }
type ValueOf<D> = D extends Decoder<infer T> ? T : never
/** The value of each key; absent if the key is not written. */
export type Written<F extends Fields> = { readonly [K in keyof F]?: ValueOf<F[K]> }

/** A map with known keys, none required; an unknown key is an error that suggests the nearest one. */
export function map<F extends Fields>(fields: F, schema: JsonSchema = {}): Decoder<Written<F>> {
  const readable = readableMap(fields, schema)
  return {
    ...readable,
    read: (node, name, problems) => {
      const read = readable.read(node, name, problems)
      return read && read.broken.size === 0 ? read.written : undefined
    },
  }
}

/** The readable entries of a map, and the unreadable keys, so that rules can continue with the rest. */
export interface Readable<T> {
  readonly written: T
  readonly broken: ReadonlySet<string>
}

/** Which of these keys were written, readable or not. */
export function writtenOf<K extends string>(
  { written, broken }: Readable<{ readonly [key in K]?: unknown }>,
  ...keys: readonly K[]
): readonly K[] {
  return keys.filter((key) => written[key] !== undefined || broken.has(key))
}

/** Like `map`, but keeps the readable entries. */
export function readableMap<F extends Fields>(
  fields: F,
  schema: JsonSchema = {},
  { secret = false }: MapOptions = {},
): Decoder<Readable<Written<F>>> {
  const keys = Object.keys(fields)
  return {
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(Object.entries(fields).map(([key, { schema }]) => [key, schema])),
      ...schema,
    },
    read: (node, name, problems) => {
      if (node.kind !== 'map') {
        const wanted = `a map with the keys ${keys.join(', ')}`
        return wants(node, name || 'the file', wanted, problems, `write for example ${keys[0]}: …`)
      }
      const read: Record<string, unknown> = {}
      const broken = new Set<string>()
      for (const entry of node.entries) {
        const { text } = entry.key
        const field = Object.hasOwn(fields, text) ? fields[text] : undefined
        const value = field
          ? field.read(entry.value, name === '' ? text : `${name}.${text}`, problems)
          : unknownKey(entry, name, keys, secret, problems)
        if (value === undefined) broken.add(text)
        else read[text] = value
      }
      return { written: Object.freeze(read) as Written<F>, broken }
    },
  }
}

/** Reads by the node's kind: scalar, list or map; `otherwise` describes the expected value. */
export function byKind<T>(
  kinds: { readonly [K in YamlNode['kind']]?: Decoder<T> },
  otherwise: string,
): Decoder<T> {
  const decoders = Object.values(kinds)
  return {
    schema: { oneOf: decoders.map((each) => each.schema) },
    read: (node, name, problems) => {
      const decoder = kinds[node.kind]
      return decoder ? decoder.read(node, name, problems) : wants(node, name, otherwise, problems)
    },
  }
}

/** Names of other tools (Compose, Kubernetes, Foreman) for keys of sidecars.yml. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['checksum', 'sha256'],
  ['cmd', 'command'],
  ['depends_on', 'after'],
  ['environment', 'env'],
  ['file', 'path'],
  ['healthcheck', 'health'],
  ['mem_limit', 'memory'],
  ['processes', 'process_types'],
  ['retries', 'failures'],
  ['start_period', 'grace'],
])

function unknownKey(
  { key }: MapEntry,
  name: string,
  keys: readonly string[],
  secret: boolean,
  problems: Problems,
): undefined {
  const other = keys.find((each) => each === OTHER_NAMES.get(key.text))
  const written = key.text.toLowerCase()
  const nearest = other ?? closest(written, [...keys])
  const near = other !== undefined || distance(written, nearest) <= Math.max(2, written.length / 3)
  const where = name === '' ? '' : ` in ${name}`
  problems.error(
    key.place,
    `unknown key${secret ? '' : ` ${key.text}`}${where}`,
    near ? `did you mean ${nearest}?` : `valid keys: ${keys.join(', ')}`,
  )
}
