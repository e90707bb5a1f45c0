import { isNull, type MapEntry, type MapNode, type YamlNode } from '../config/yaml/nodes.ts'
import { type MemorySize, MIB, parseMemoryText } from '../platform/memory-size.ts'
import type { Problems } from '../problems/problems.ts'

/** Reads the keys of one map; `-` and `_` in a key are equal, as on the platform. */
export class FieldReader {
  readonly map: MapNode
  readonly #where: string
  readonly problems: Problems

  constructor(map: MapNode, where: string, problems: Problems) {
    this.map = map
    this.#where = where
    this.problems = problems
  }

  error(key: string, what: string, instead?: string): undefined {
    const place = field(this.map, key)?.value.place ?? this.map.place
    this.problems.error(place, `${this.#where}${key} ${what}`, instead)
  }

  /** The value of a key that exists and is not null. */
  node(key: string): YamlNode | undefined {
    const value = field(this.map, key)?.value
    return value && !isNull(value) ? value : undefined
  }

  text(key: string): string | undefined {
    const node = this.node(key)
    return node && (scalarText(node) ?? this.error(key, 'must be a string'))
  }

  items(key: string): readonly YamlNode[] {
    const node = this.node(key)
    if (!node || node.kind === 'list') return node?.items ?? []
    this.error(key, 'must be a list')
    return []
  }

  texts(key: string): readonly string[] {
    return this.items(key).flatMap((item) => {
      const text = scalarText(item)
      if (text === undefined) this.problems.error(item.place, `${this.#where}${key} must contain strings`)
      return text ?? []
    })
  }

  maps(key: string): readonly MapNode[] {
    return this.items(key).flatMap((item) => {
      if (item.kind === 'map') return item
      this.problems.error(item.place, `${this.#where}${key} must contain maps`)
      return []
    })
  }

  /** In CF's units; at least one whole MiB. */
  memory(key: string): MemorySize | undefined {
    const text = this.text(key)
    if (text === undefined || this.#isVariable(key, text)) return undefined
    const bytes = parseMemoryText(text)
    if (bytes === undefined) return this.error(key, `"${text}" is not a valid size`, 'use for example 256M')
    const megabytes = Math.floor(bytes / MIB)
    return megabytes > 0 ? { bytes: megabytes * MIB } : this.error(key, `"${text}" is less than 1M`)
  }

  /** Warns about a value that `cf push` fills in (`((memory))`): it is unknown here. */
  #isVariable(key: string, text: string): boolean {
    if (!/^\(\(.*\)\)$/.test(text)) return false
    const place = field(this.map, key)?.value.place
    const what = `${this.#where}${key} is a variable of cf push --var without a value here`
    this.problems.warning(place, what)
    return true
  }

  seconds(key: string): number | undefined {
    const text = this.text(key)
    if (text === undefined || this.#isVariable(key, text)) return undefined
    return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : this.error(key, 'must be a whole number of seconds')
  }
}

export function field(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key.text.replaceAll('_', '-') === key.replaceAll('_', '-'))
}

export function scalarText(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && !isNull(node) ? node.text : undefined
}
