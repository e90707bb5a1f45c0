/**
 * YAML as nodes with places. Scalars keep their text as written, so that the expected type decides their meaning
 * (`version: 1.10` is the string `1.10`).
 */
import type { Place } from '../../problems/problems.ts'

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly place: Place
  readonly text: string
  /** Offsets in the file's text, including quotes; the end is exclusive. */
  readonly start: number
  readonly end: number
  /** Neither quoted nor a block: it may be a number, a boolean or null. */
  readonly plain: boolean
}

interface ListNode {
  readonly kind: 'list'
  readonly place: Place
  readonly items: readonly YamlNode[]
}

export interface MapEntry {
  readonly key: ScalarNode
  readonly value: YamlNode
}

export interface MapNode {
  readonly kind: 'map'
  readonly place: Place
  /** Unique keys in file order; merged keys (`<<`) after the map's own. */
  readonly entries: readonly MapEntry[]
}

export type YamlNode = ScalarNode | ListNode | MapNode

/** An empty value, `~` or `null`, not quoted. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.plain && /^(?:~|null|Null|NULL)?$/.test(node.text)
}

/** Its name in messages: `a list`, `a map`, `a string`, `nothing`. */
export function describeNode(node: YamlNode): string {
  if (node.kind === 'list') return 'a list'
  if (node.kind === 'map') return 'a map'
  return isNull(node) ? 'nothing' : 'a string'
}
