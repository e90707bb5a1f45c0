/** The shapes of the platform's contract files. */
import { type GoDecoder, isGoNull, type Shape, type WrittenNode } from './decode.ts'
import { GoYamlError } from './error.ts'
import type { GoNode, MappingNode } from './nodes.ts'
import { resolveScalar } from './scalars.ts'

/** Any scalar as written: `yes`, `012` and `1.10` are strings here, null is ''. */
export const goString: Shape<string> = {
  name: 'string',
  zero: () => '',
  read(node, _current, decoder) {
    if (node.kind !== 'scalar') return decoder.mismatch(node, goString)
    const resolved = resolveScalar(node)
    if (resolved.kind === 'null') return { value: '' }
    return { value: resolved.kind === 'string' ? resolved.value : node.text }
  },
}

/** A 64-bit number; a float is truncated. A quoted number is a string, and therefore a mismatch. */
export const goInt: Shape<number> = {
  name: 'int',
  zero: () => 0,
  read(node, _current, decoder) {
    if (node.kind !== 'scalar') return decoder.mismatch(node, goInt)
    const resolved = resolveScalar(node)
    if (resolved.kind === 'null') return { value: 0 }
    if (resolved.kind === 'integer' && resolved.value <= 2n ** 63n - 1n)
      return { value: Number(resolved.value) }
    if (resolved.kind === 'float' && resolved.value <= 2 ** 63) return { value: cutOff(resolved.value) }
    return decoder.mismatch(node, goInt)
  },
}

/** Converts as amd64 does: a value out of range becomes the smallest integer. */
function cutOff(float: number): number {
  const whole = Math.trunc(float)
  return whole >= -(2 ** 63) && whole < 2 ** 63 ? whole + 0 : -(2 ** 63)
}

/* @__NO_SIDE_EFFECTS__ */
export function goSlice<T>(item: Shape<T>): Shape<T[]> {
  const shape: Shape<T[]> = {
    name: `[]${item.name}`,
    zero: () => [],
    read(node, _current, decoder) {
      if (isGoNull(node)) return { value: [] }
      if (node.kind !== 'sequence') return decoder.mismatch(node, shape)
      const read = node.items.map((each) => decoder.decode(item, each, item.zero()))
      return { value: read.filter((each) => each !== undefined).map(({ value }) => value) }
    },
  }
  return shape
}

type Fields = Readonly<Record<string, Shape<unknown>>>
type RecordOf<F extends Fields> = { -readonly [K in keyof F]: F[K] extends Shape<infer T> ? T : never }

/** A mapping with known keys; others are ignored. */
/* @__NO_SIDE_EFFECTS__ */
export function goStruct<F extends Fields>(name: string, fields: F): Shape<RecordOf<F>> {
  const zero = () =>
    Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, each.zero()])) as RecordOf<F>
  const shape: Shape<RecordOf<F>> = {
    name,
    zero,
    read(node, current, decoder) {
      if (isGoNull(node)) return { value: Object.assign(current, zero()) }
      if (node.kind !== 'mapping') return decoder.mismatch(node, shape)
      const values: Record<string, unknown> = current
      readEntries(node, shape, current, decoder, (key, value) => {
        const name = decoder.decode(goString, key, '')?.value
        const field = name === undefined || !Object.hasOwn(fields, name) ? undefined : fields[name]
        if (name === undefined || !field) return
        values[name] = field.begun?.(value, values[name]) ?? values[name]
        const read = decoder.decode(field, value, values[name])
        if (read) values[name] = read.value
      })
      return { value: current }
    },
  }
  return shape
}

/** A mapping of strings; a key with an invalid value is omitted. */
/* @__NO_SIDE_EFFECTS__ */
export function goMap<T>(item: Shape<T>, name = `map[string]${item.name}`): Shape<Map<string, T>> {
  const shape: Shape<Map<string, T>> = {
    name,
    zero: () => new Map(),
    read(node, current, decoder) {
      if (isGoNull(node)) {
        current.clear()
        return { value: current }
      }
      if (node.kind !== 'mapping') return decoder.mismatch(node, shape)
      readEntries(node, shape, current, decoder, (key, value) => {
        const name = decoder.decode(goString, key, '')
        const read = name && decoder.decode(item, value, item.zero())
        if (name && read) current.set(name.value, read.value)
      })
      return { value: current }
    },
  }
  return shape
}

/** Absent when the key is absent or null. */
/* @__NO_SIDE_EFFECTS__ */
export function goPointer<T>(inner: Shape<T>): Shape<T | undefined> {
  const shape: Shape<T | undefined> = {
    name: `*${inner.name}`,
    zero: () => undefined,
    begun(node, current) {
      const written = node.kind === 'alias' ? node.target : node
      return written.kind === 'alias' || isNullToPointer(written) ? current : (current ?? inner.zero())
    },
    read(node, current, decoder) {
      if (isNullToPointer(node)) {
        return isGoNull(node) ? { value: undefined } : decoder.mismatch(node, shape)
      }
      const value = current ?? inner.zero()
      return { value: decoder.decode(inner, node, value)?.value ?? value }
    },
  }
  return shape
}

/** `Null` and `NULL` are null for the value but not for its pointer; a quoted `null` is null only for the pointer. */
function isNullToPointer(node: WrittenNode): boolean {
  if (node.kind !== 'scalar') return false
  if (node.tag !== '') return node.tag === 'tag:yaml.org,2002:null'
  return node.text === 'null' || node.text === '~' || (node.text === '' && node.plain)
}

const MERGE = 'tag:yaml.org,2002:merge'

/** Every entry in order; a merge overrides earlier entries, its sources from the last to the first. */
export function readEntries<T>(
  node: MappingNode,
  shape: Shape<T>,
  current: T,
  decoder: GoDecoder,
  each: (key: GoNode, value: GoNode) => void,
): void {
  for (const [key, value] of node.entries) {
    if (!isMergeKey(key)) {
      each(key, value)
      continue
    }
    for (const source of mergeSources(value)) decoder.decode(shape, source, current)
  }
}

function isMergeKey(key: GoNode): boolean {
  return key.kind === 'scalar' && key.text === '<<' && (key.plain || key.tag === MERGE)
}

function mergeSources(value: GoNode): readonly GoNode[] {
  const sources = value.kind === 'sequence' ? value.items.toReversed() : [value]
  for (const source of sources) {
    const target: GoNode = source.kind === 'alias' ? source.target : source
    if (target.kind !== 'mapping') {
      throw new GoYamlError('yaml: map merge requires map or sequence of maps as the value', value.offset)
    }
  }
  return sources
}
