/**
 * An application as the cf CLI parses it into its types and sends it.
 * Source: util/manifestparser (application.go, process.go) and the route default of actor/v7pushaction, CLI v8.
 */

import type { LocatedEntry, LocatedMap, LocatedValue } from '../platform/go/yaml/located.ts'
import { goScalarText } from '../platform/go/yaml/write-scalar.ts'
import type { Place, Problems } from '../problems/problems.ts'
import { describeKind, type Entry, type MapValue, type Sender, type Value } from './values.ts'

/** The CLI's type of a known key. Every other key is sent unchanged. */
type FieldType = 'string' | 'integer' | 'optional integer' | 'boolean'

const PROCESS_FIELDS: Readonly<Record<string, FieldType>> = {
  type: 'string',
  memory: 'string',
  disk_quota: 'string',
  'health-check-type': 'string',
  'health-check-http-endpoint': 'string',
  timeout: 'integer',
  instances: 'optional integer',
  'log-rate-limit-per-second': 'string',
}

const APPLICATION_FIELDS: Readonly<Record<string, FieldType>> = {
  name: 'string',
  'disk-quota': 'string',
  'health-check-type': 'string',
  'health-check-http-endpoint': 'string',
  timeout: 'integer',
  instances: 'optional integer',
  path: 'string',
  memory: 'string',
  'no-route': 'boolean',
  'random-route': 'boolean',
  'default-route': 'boolean',
  stack: 'string',
  'log-rate-limit-per-second': 'string',
  lifecycle: 'string',
}

/** Keys that are sent even if they are empty. */
const ALWAYS_SENT = new Set(['name', 'type'])

export interface SentApplication {
  readonly place: Place
  /** The input of Cloud Controller, with the keys as the CLI sends them, known ones first. */
  readonly sent: MapValue
  /** The keys that the user wrote, for warnings. */
  readonly written: LocatedMap
}

/** @param value an item of `applications` */
export function readApplication(
  value: LocatedValue,
  sender: Sender,
  problems: Problems,
): SentApplication | undefined {
  const map = asMap(value, 'an application', sender, problems)
  if (!map) return undefined
  const reader = new FieldReader(map, '', sender, problems)
  const entries = reader.fields(APPLICATION_FIELDS)
  const docker = reader.take('docker')
  if (docker) entries.push(...readDocker(docker, reader))
  const processes = reader.take('processes')
  if (processes) entries.push(...readProcesses(processes, sender, problems))
  entries.push(...reader.otherSpelling('disk_quota', 'disk-quota', entries))
  if (!has(entries, 'no-route') && !has(entries, 'random-route'))
    entries.push(reader.make('default-route', { kind: 'boolean', value: true, place: reader.place }))
  entries.push(...reader.rest())
  return { place: reader.place, sent: { kind: 'map', place: reader.place, entries }, written: map }
}

function readDocker({ key, value }: LocatedEntry, reader: FieldReader): readonly Entry[] {
  if (value.kind === 'null') return []
  const map = asMap(value, 'docker', reader.sender, reader.problems)
  if (!map) return []
  const inner = new FieldReader(map, 'docker.', reader.sender, reader.problems)
  const entries = inner.fields({ image: 'string', username: 'string' })
  return [reader.make('docker', { kind: 'map', place: reader.sender.placeOf(key.offset), entries })]
}

function readProcesses({ key, value }: LocatedEntry, sender: Sender, problems: Problems): readonly Entry[] {
  const place = sender.placeOf(value.offset)
  if (value.kind === 'null') return []
  if (value.kind !== 'list') {
    problems.error(place, `processes: expected a list, got ${describeKind(value)}`, 'use - type: web')
    return []
  }
  const items = value.items.flatMap((item, at) => {
    const map = asMap(item, `processes[${at}]`, sender, problems)
    if (!map) return []
    const reader = new FieldReader(map, `processes[${at}].`, sender, problems)
    const entries = reader.fields(PROCESS_FIELDS)
    entries.push(...reader.otherSpelling('disk-quota', 'disk_quota', entries), ...reader.rest())
    return { kind: 'map' as const, place: reader.place, entries }
  })
  if (items.length === 0) return []
  const name: Entry['key'] = { kind: 'string', value: 'processes', place: sender.placeOf(key.offset) }
  return [{ key: name, value: { kind: 'list', place, items } }]
}

/** An empty item is an empty map. */
function asMap(
  value: LocatedValue,
  what: string,
  sender: Sender,
  problems: Problems,
): LocatedMap | undefined {
  if (value.kind === 'map') return value
  if (value.kind === 'null') return { kind: 'map', offset: value.offset, entries: [], repeated: [] }
  problems.error(sender.placeOf(value.offset), `${what}: expected a map, got ${describeKind(value)}`)
  return undefined
}

/** Reads the keys of one map in turn. */
class FieldReader {
  readonly place: Place
  readonly sender: Sender
  readonly problems: Problems
  readonly #where: string
  /** By the text of the key: the CLI converts keys to strings. */
  readonly #left: Map<string, LocatedEntry>

  constructor(map: LocatedMap, where: string, sender: Sender, problems: Problems) {
    this.place = sender.placeOf(map.offset)
    this.sender = sender
    this.problems = problems
    this.#where = where
    this.#left = new Map(
      map.entries.map((each) => [each.key.kind === 'null' ? '' : goScalarText(each.key), each]),
    )
  }

  take(key: string): LocatedEntry | undefined {
    const found = this.#left.get(key)
    this.#left.delete(key)
    return found
  }

  make(key: string, value: Value, place: Place = value.place): Entry {
    return { key: { kind: 'string', value: key, place }, value }
  }

  fields(types: Readonly<Record<string, FieldType>>): Entry[] {
    return Object.entries(types).flatMap(([key, type]) => {
      const found = this.take(key)
      const value = found && this.#typed(key, type, found.value)
      return found && value ? this.make(key, value, this.sender.placeOf(found.key.offset)) : []
    })
  }

  /** The other spelling of disk_quota: it must be a string, and only one spelling is allowed. */
  otherSpelling(key: string, own: string, entries: readonly Entry[]): readonly Entry[] {
    const found = this.#left.get(key)
    if (!found || found.value.kind === 'null') return []
    this.#left.delete(key)
    const place = this.sender.placeOf(found.value.offset)
    if (has(entries, own)) {
      this.problems.error(place, `${this.#where}${key} and ${own} cannot be used together`, `remove ${key}`)
      return []
    }
    if (found.value.kind !== 'string') {
      const what = `${this.#where}${key}: expected a string, got ${describeKind(found.value)}`
      this.problems.error(place, what, 'use for example 1G')
      return []
    }
    return [this.make(own, this.sender.string(found.value.value, place))]
  }

  rest(): readonly Entry[] {
    return [...this.#left].map(
      ([
        key,
        {
          key: { offset },
          value,
        },
      ]) => ({
        key: this.sender.string(key, this.sender.placeOf(offset)),
        value: this.sender.value(value),
      }),
    )
  }

  /** Undefined for a value that is not sent: an empty one, or one of the wrong type. */
  #typed(key: string, type: FieldType, value: LocatedValue): Value | undefined {
    const place = this.sender.placeOf(value.offset)
    if (value.kind === 'null') return ALWAYS_SENT.has(key) ? { kind: 'string', value: '', place } : undefined
    if (value.kind === 'list' || value.kind === 'map') return this.#mismatch(key, type, value)
    if (type === 'string') {
      const text = goScalarText(value)
      return text === '' && !ALWAYS_SENT.has(key) ? undefined : this.sender.string(text, place)
    }
    if (type === 'boolean') {
      if (value.kind !== 'boolean') return this.#mismatch(key, type, value)
      return value.value ? { ...value, place } : undefined
    }
    const integer = asInteger(value)
    if (integer === undefined) return this.#mismatch(key, type, value)
    return integer === 0n && type === 'integer' ? undefined : { kind: 'integer', value: integer, place }
  }

  #mismatch(key: string, type: FieldType, value: LocatedValue): undefined {
    const wanted = type === 'boolean' ? 'true or false' : type === 'string' ? 'a string' : 'a number'
    const place = this.sender.placeOf(value.offset)
    const text = value.kind === 'string' ? `"${value.value}"` : describeKind(value)
    this.problems.error(place, `${this.#where}${key}: expected ${wanted}, got ${text}`)
  }
}

function has(entries: readonly Entry[], wanted: string): boolean {
  return entries.some(({ key }) => key.kind === 'string' && key.value === wanted)
}

/** As Go's int64; a float is truncated. */
function asInteger(value: LocatedValue): bigint | undefined {
  const most = 2n ** 63n - 1n
  if (value.kind === 'integer') return value.value <= most ? value.value : undefined
  if (value.kind !== 'float' || !Number.isFinite(value.value) || value.value > 2 ** 63) return undefined
  const whole = BigInt(Math.trunc(value.value))
  return whole >= -most - 1n && whole <= most ? whole : -most - 1n
}
