/**
 * An application as the cf CLI parses it into its types and sends it.
 * Source: util/manifestparser (application.go, process.go) and the route default of actor/v7pushaction, CLI v8.
 */

import { compareGoKeys } from '../platform/go/yaml/key-order.ts'
import type { LocatedEntry, LocatedMap, LocatedScalar, LocatedValue } from '../platform/go/yaml/located.ts'
import { goScalarText } from '../platform/go/yaml/write-scalar.ts'
import type { Problems } from '../problems/problems.ts'
import {
  describeKind,
  type Entry,
  entry,
  type MapValue,
  type Sender,
  sortedByKey,
  type Value,
} from './values.ts'

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

export interface SentApplication {
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
  const reader = readerOf(value, 'an application', '', sender, problems)
  if (!reader) return undefined
  reader.fields(APPLICATION_FIELDS)
  readDocker(reader)
  readProcesses(reader)
  reader.otherSpelling('disk_quota', 'disk-quota')
  if (!reader.has('no-route') && !reader.has('random-route'))
    reader.add('default-route', { kind: 'boolean', value: true, place: reader.sent.place })
  reader.rest()
  return reader
}

function readDocker(app: FieldReader): void {
  const found = app.take('docker')
  if (!found || found.value.kind === 'null') return
  const reader = readerOf(found.value, 'docker', 'docker.', app.sender, app.problems)
  if (!reader) return
  reader.fields({ image: 'string', username: 'string' })
  app.add('docker', { ...reader.sent, place: app.sender.placeOf(found.key.offset) })
}

function readProcesses(app: FieldReader): void {
  const { sender, problems } = app
  const value = app.take('processes')?.value
  if (!value || value.kind === 'null') return
  const place = sender.placeOf(value.offset)
  if (value.kind !== 'list') {
    problems.error(place, `processes: expected a list, got ${describeKind(value)}`, 'use - type: web')
    return
  }
  const items = value.items.flatMap((item, at) => {
    const reader = readerOf(item, `processes[${at}]`, `processes[${at}].`, sender, problems)
    if (!reader) return []
    reader.fields(PROCESS_FIELDS)
    reader.otherSpelling('disk-quota', 'disk_quota')
    reader.rest()
    return reader.sent
  })
  app.add('processes', { kind: 'list', place, items })
}

/** An empty item is an empty map. */
function readerOf(
  value: LocatedValue,
  what: string,
  where: string,
  sender: Sender,
  problems: Problems,
): FieldReader | undefined {
  if (value.kind === 'map') return new FieldReader(value, where, sender, problems)
  if (value.kind === 'null')
    return new FieldReader({ ...value, kind: 'map', entries: [], repeated: [] }, where, sender, problems)
  problems.error(sender.placeOf(value.offset), `${what}: expected a map, got ${describeKind(value)}`)
  return undefined
}

const textOf = (value: string, { offset }: LocatedScalar) => ({ kind: 'string', value, offset }) as const

/** Reads the keys of one map in turn. */
class FieldReader implements SentApplication {
  readonly sent: MapValue
  readonly written: LocatedMap
  readonly sender: Sender
  readonly problems: Problems
  readonly #where: string
  readonly #entries: Entry[] = []
  /** By the text of the key: the CLI converts keys to strings. */
  readonly #left: Map<string, LocatedEntry>

  constructor(map: LocatedMap, where: string, sender: Sender, problems: Problems) {
    this.written = map
    this.sender = sender
    this.problems = problems
    this.sent = { kind: 'map', place: sender.placeOf(map.offset), entries: this.#entries }
    this.#where = where
    this.#left = new Map(sortedByKey(map).map((each) => [goScalarText(each.key), each]))
  }

  take(key: string): LocatedEntry | undefined {
    const found = this.#left.get(key)
    this.#left.delete(key)
    return found
  }

  add(key: string, value: Value): void {
    this.#entries.push({ key: { kind: 'string', value: key, place: value.place }, value })
  }

  has(key: string): boolean {
    return entry(this.sent, key) !== undefined
  }

  fields(types: Readonly<Record<string, FieldType>>): void {
    for (const [key, type] of Object.entries(types)) {
      const found = this.take(key)
      const value = found && this.#typed(key, type, found.value)
      if (value) this.add(key, value)
    }
  }

  /** The other spelling of disk_quota: it must be a string, and only one spelling is allowed. */
  otherSpelling(key: string, own: string): void {
    const found = this.#left.get(key)?.value
    if (!found || found.kind === 'null') return
    this.#left.delete(key)
    const place = this.sender.placeOf(found.offset)
    if (this.has(own))
      this.problems.error(place, `${this.#where}${key} and ${own} cannot be used together`, `remove ${key}`)
    else if (found.kind === 'string') this.add(own, this.sender.string(found.value, place))
    else {
      const what = `${this.#where}${key}: expected a string, got ${describeKind(found)}`
      this.problems.error(place, what, 'use for example 1G')
    }
  }

  rest(): void {
    const texts = [...this.#left].map(([text, { key, value }]) => ({ key: textOf(text, key), value }))
    for (const { key, value } of texts.toSorted((a, b) => compareGoKeys(a.key, b.key)))
      this.#entries.push({
        key: this.sender.string(key.value, this.sender.placeOf(key.offset)),
        value: this.sender.value(value),
      })
  }

  /** Undefined for a value that is not sent: an empty one, or one of the wrong type. */
  #typed(key: string, type: FieldType, value: LocatedValue): Value | undefined {
    if (value.kind === 'null') return undefined
    const place = this.sender.placeOf(value.offset)
    if (type === 'string') {
      if (value.kind === 'list' || value.kind === 'map') return this.#mismatch(key, type, value)
      const text = goScalarText(value)
      return text === '' ? undefined : this.sender.string(text, place)
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
    const got = value.kind === 'string' ? `"${value.value}"` : describeKind(value)
    const what = got === wanted ? 'the number is out of range' : `expected ${wanted}, got ${got}`
    this.problems.error(this.sender.placeOf(value.offset), `${this.#where}${key}: ${what}`)
  }
}

/** As Go's int64; a float is truncated, and the smallest number if it does not fit. */
function asInteger(value: LocatedValue): bigint | undefined {
  if (value.kind === 'integer') return value.value < 2n ** 63n ? value.value : undefined
  if (value.kind !== 'float' || !(value.value <= 2 ** 63)) return undefined
  return BigInt.asIntN(64, BigInt(Math.max(-(2 ** 63), Math.trunc(value.value))))
}
