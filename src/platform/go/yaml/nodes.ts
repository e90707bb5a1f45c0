/**
 * YAML as trees of nodes, the way gopkg.in/yaml.v2 sees it: that is the reader of the platform's builder and launcher,
 * for `launch.yml`, `config.yml`, the Procfile, the output of `bin/release` and `staging_info.yml`.
 * That is YAML 1.1, in its corners another language than 1.2, which js-yaml reads.
 */

export type GoNode = ScalarNode | SequenceNode | MappingNode | AliasNode

interface NodeBase {
  /** The long form (`tag:yaml.org,2002:str`); '' without a tag. */
  readonly tag: string
  /** Where it begins, its anchor and tag included, in the text that was given (a byte order mark not counted). */
  readonly offset: number
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar'
  readonly text: string
  /** Neither quoted, nor a block, nor tagged (but for a lone `!`): what it is follows from its text. */
  readonly plain: boolean
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence'
  readonly items: readonly GoNode[]
}

export interface MappingNode extends NodeBase {
  readonly kind: 'mapping'
  /** In the order of the text; keys may repeat. */
  readonly entries: readonly (readonly [key: GoNode, value: GoNode])[]
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias'
  readonly name: string
  readonly target: GoNode
}
