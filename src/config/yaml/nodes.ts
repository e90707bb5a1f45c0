/**
 * YAML as nodes with places. Scalars keep their text as written, so that the expected type decides their meaning
 * (`version: 1.10` is the string `1.10`).
 */
import type { Place } from '../../problems/problems.ts'

interface Located {
  readonly place: Place
  /** Offsets of the value in the text, including quotes; the end is exclusive. */
  readonly start: number
  readonly end: number
}

export interface ScalarNode extends Located {
  readonly kind: 'scalar'
  readonly text: string
  /** Neither quoted nor a block: it may be a number, a boolean or null. */
  readonly plain: boolean
}

interface ListNode extends Located {
  readonly kind: 'list'
  readonly items: readonly YamlNode[]
}

export interface MapEntry {
  readonly key: ScalarNode
  readonly value: YamlNode
}

export interface MapNode extends Located {
  readonly kind: 'map'
  /** Unique keys in file order; merged keys (`<<`) after the map's own. */
  readonly entries: readonly MapEntry[]
  /** `{…}` rather than a block of lines. */
  readonly flow: boolean
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
