/**
 * YAML as a tree of nodes, as in gopkg.in/yaml.v2, the parser of the platform's builder and launcher for `launch.yml`,
 * `config.yml`, the Procfile, the output of `bin/release` and `staging_info.yml`. It is YAML 1.1, which differs in details
 * from YAML 1.2, which js-yaml reads.
 */

export type GoNode = GoScalarNode | SequenceNode | MappingNode | AliasNode

interface NodeBase {
  /** The long form (`tag:yaml.org,2002:str`); '' without a tag. */
  readonly tag: string
  /** Its offset in the text, including its anchor and tag (without a byte order mark). */
  readonly offset: number
}

export interface GoScalarNode extends NodeBase {
  readonly kind: 'scalar'
  readonly text: string
  /** Neither quoted, nor a block, nor tagged (except with a single `!`): its text determines its type. */
  readonly plain: boolean
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence'
  readonly items: GoNode[]
}

export interface MappingNode extends NodeBase {
  readonly kind: 'mapping'
  /** In text order; keys may repeat. */
  readonly entries: (readonly [key: GoNode, value: GoNode])[]
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias'
  readonly name: string
  readonly target: GoNode
}
