/** The attributes of an application or of one of its processes, under Cloud Controller's names. */
import type { Place, Problems } from '../problems/problems.ts'
import { describeKind, type MapValue, type Value } from './values.ts'

interface Attribute {
  /** As the user wrote it. */
  readonly key: string
  readonly value: Value
}

/**
 * Rails' `underscore` of a name of letters: `health-check-type` and `healthCheckType` are `health_check_type`.
 * Cloud Controller applies it to the keys of an application and its processes, not to nested keys.
 */
export function underscore(key: string): string {
  return key
    .replace(/(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])/g, '_')
    .replaceAll('-', '_')
    .toLowerCase()
}

/** If two keys have the same name, the one that is sent last wins. */
export class Attributes {
  readonly place: Place
  readonly problems: Problems
  readonly #where: string
  readonly #attributes: ReadonlyMap<string, Attribute>

  /** @param where prefix of keys in messages: `''`, `processes[0].` */
  constructor(map: MapValue, where: string, problems: Problems, toName = underscore) {
    this.place = map.place
    this.problems = problems
    this.#where = where
    this.#attributes = new Map(
      map.entries.flatMap(({ key, value }) =>
        key.kind === 'string' ? [[toName(key.value), { key: key.value, value }] as const] : [],
      ),
    )
  }

  /** The value of a key that is sent, which may be null. */
  get(name: string): Value | undefined {
    return this.#attributes.get(name)?.value
  }

  has(name: string): boolean {
    return this.#attributes.has(name)
  }

  /** The value if it is a string. */
  text(name: string): string | undefined {
    const value = this.get(name)
    return value?.kind === 'string' ? value.value : undefined
  }

  /** The key of an attribute as the user wrote it. */
  keyOf(name: string): string | undefined {
    return this.#attributes.get(name)?.key
  }

  /** Reports on an attribute that is sent. */
  error(name: string, what: string, instead?: string): undefined {
    this.problems.error(this.get(name)?.place, `${this.#where}${this.keyOf(name)}: ${what}`, instead)
  }

  warning(name: string, what: string, instead?: string): void {
    this.problems.warning(this.get(name)?.place, `${this.#where}${this.keyOf(name)}: ${what}`, instead)
  }

  expected(name: string, wanted: string, instead?: string): undefined {
    const value = this.get(name)
    this.error(name, `expected ${wanted}, got ${value && describeKind(value)}`, instead)
  }
}
