/**
 * YAML as nodes with places: scalars keep the text as it was written, so that whoever reads them
 * decides by what is wanted there (`version: 1.10` is the text `1.10`), not by what it looks like.
 */
import type { Place } from '../problems.ts'

interface Located {
  readonly place: Place
  /** Offsets into the text, end exclusive, of the value as it is written (quotes included). */
  readonly start: number
  readonly end: number
}

export interface ScalarNode extends Located {
  readonly kind: 'scalar'
  readonly text: string
  /** Not quoted and not a block: could be a number, a boolean, null. */
  readonly plain: boolean
}

export interface ListNode extends Located {
  readonly kind: 'list'
  readonly items: readonly YamlNode[]
}

export interface MapEntry {
  readonly key: ScalarNode
  readonly value: YamlNode
}

export interface MapNode extends Located {
  readonly kind: 'map'
  /** In the order of the file; merged keys (`<<`) behind the map's own; each key once. */
  readonly entries: readonly MapEntry[]
  /** `{…}` rather than a block of lines. */
  readonly flow: boolean
}

export type YamlNode = ScalarNode | ListNode | MapNode

/** An empty value, `~` or `null`, not quoted. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.plain && /^(?:~|null|Null|NULL)?$/.test(node.text)
}

/** What messages call it: `a list`, `a map`, `a string`, `nothing`. */
export function describeNode(node: YamlNode): string {
  if (node.kind === 'list') return 'a list'
  if (node.kind === 'map') return 'a map'
  return isNull(node) ? 'nothing' : 'a string'
}
