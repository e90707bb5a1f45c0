/** Composes nodes from tokens, by the grammar of YAML 1.1. Source: https://yaml.org/spec/1.1/, chapters 7 to 9. */
import type { Mark } from './cursor.ts'
import { GoYamlError } from './error.ts'
import type { GoNode, GoScalarNode, MappingNode, SequenceNode } from './nodes.ts'
import type { WrittenTag } from './scan-properties.ts'
import { Scanner } from './scanner.ts'
import type { Token } from './token.ts'

/**
 * More than any real file; the platform's limit of 10,000 exceeds the stack of this parser. The scanner needs none: it reads
 * tokens when they are asked for.
 */
const MOST_NESTED = 500

interface Properties {
  readonly mark: Mark
  readonly anchor: string | undefined
  readonly tag: string
}

export class Composer {
  readonly #scanner: Scanner
  readonly #anchors = new Map<string, GoNode>()
  readonly #handles = new Map<string, string>()
  #depth = 0

  constructor(text: string) {
    this.#scanner = new Scanner(text)
  }

  /** The first document's root; undefined when the text has none. @throws GoYamlError */
  document(): GoNode | undefined {
    const first = this.#scanner.peek().kind
    if (first === 'end of stream') return undefined
    this.#readDirectives()
    let root: GoNode
    if (first === 'directive' || first === '---') {
      if (!this.#take('---')) this.#fail('did not find expected <document start>')
      const isEmpty = ['directive', '---', '...', 'end of stream'].includes(this.#scanner.peek().kind)
      root = isEmpty ? emptyScalar(this.#scanner.peek().mark) : this.#node('block')
    } else root = this.#node('block')
    // Read one more token to make sure that the root has ended.
    this.#scanner.peek()
    return root
  }

  #readDirectives(): void {
    let hasVersion = false
    for (;;) {
      const token = this.#scanner.peek()
      if (token.kind !== 'directive') break
      const { directive } = token
      if (directive.kind === 'version') {
        if (hasVersion) this.#fail('found duplicate %YAML directive')
        if (directive.version !== '1.1') this.#fail('found incompatible YAML document')
        hasVersion = true
      } else {
        if (this.#handles.has(directive.handle)) this.#fail('found duplicate %TAG directive')
        this.#handles.set(directive.handle, directive.prefix)
      }
      this.#scanner.skip()
    }
    for (const [handle, prefix] of [
      ['!', '!'],
      ['!!', 'tag:yaml.org,2002:'],
    ] as const) {
      if (!this.#handles.has(handle)) this.#handles.set(handle, prefix)
    }
  }

  /**
   * @param context `flow` within brackets; `value`: of a block mapping, where a sequence needs no indentation
   */
  #node(context: 'block' | 'value' | 'flow'): GoNode {
    const first = this.#scanner.peek()
    if (first.kind === 'alias') {
      const target = this.#anchors.get(first.name)
      this.#scanner.skip()
      if (!target) throw new GoYamlError(`yaml: unknown anchor '${first.name}' referenced`, first.mark.offset)
      return { kind: 'alias', tag: '', offset: first.mark.offset, name: first.name, target }
    }
    if (++this.#depth > MOST_NESTED) this.#fail(`exceeded max depth of ${MOST_NESTED}`)
    const node = this.#content(this.#properties(), context)
    this.#depth--
    return node
  }

  #content(properties: Properties, context: 'block' | 'value' | 'flow'): GoNode {
    const token = this.#scanner.peek()
    const { anchor, tag } = properties
    const { offset } = properties.mark
    if (token.kind === 'scalar') {
      this.#scanner.skip()
      const plain = tag === '!' || (tag === '' && token.plain)
      return this.#remember(anchor, { kind: 'scalar', tag, offset, text: token.text, plain })
    }
    const sequence = () => this.#remember<SequenceNode>(anchor, { kind: 'sequence', tag, offset, items: [] })
    const mapping = () => this.#remember<MappingNode>(anchor, { kind: 'mapping', tag, offset, entries: [] })
    if (token.kind === '[') return this.#flowSequence(sequence())
    if (token.kind === '{') return this.#flowMapping(mapping())
    if (token.kind === '-' && context === 'value') return this.#unindentedSequence(sequence())
    if (token.kind === 'block sequence' && context !== 'flow') return this.#blockSequence(sequence())
    if (token.kind === 'block mapping' && context !== 'flow') return this.#blockMapping(mapping())
    if (anchor === undefined && tag === '') this.#fail('did not find expected node content', properties.mark)
    return this.#remember(anchor, { ...emptyScalar(properties.mark), tag, plain: tag === '' || tag === '!' })
  }

  /** An anchor, a tag, or both. */
  #properties(): Properties {
    const { mark } = this.#scanner.peek()
    let anchor = this.#takeAnchor()
    const token = this.#scanner.peek()
    let tag = ''
    if (token.kind === 'tag') {
      this.#scanner.skip()
      anchor ??= this.#takeAnchor()
      tag = this.#resolve(token.tag, token.mark)
    }
    return { mark, anchor, tag }
  }

  #takeAnchor(): string | undefined {
    const token = this.#scanner.peek()
    if (token.kind !== 'anchor') return undefined
    this.#scanner.skip()
    return token.name
  }

  #resolve({ handle, suffix }: WrittenTag, mark: Mark): string {
    if (handle === '') return suffix
    const prefix = this.#handles.get(handle)
    if (prefix === undefined) this.#fail('found undefined tag handle', mark, mark)
    return prefix + suffix
  }

  /** An anchor is valid inside its own node already; decoding reports such an alias. */
  #remember<T extends GoNode>(anchor: string | undefined, node: T): T {
    if (anchor !== undefined) this.#anchors.set(anchor, node)
    return node
  }

  #blockSequence(node: SequenceNode): SequenceNode {
    this.#scanner.skip()
    while (this.#take('-')) node.items.push(this.#nodeUnless('block', ['-', 'end of block']))
    if (!this.#take('end of block')) this.#fail("did not find expected '-' indicator")
    return node
  }

  #unindentedSequence(node: SequenceNode): SequenceNode {
    while (this.#take('-')) {
      node.items.push(this.#nodeUnless('block', ['-', 'key', 'value', 'end of block']))
    }
    return node
  }

  #blockMapping(node: MappingNode): MappingNode {
    this.#scanner.skip()
    const side = () => this.#nodeUnless('value', ['key', 'value', 'end of block'])
    while (this.#take('key')) {
      const key = side()
      node.entries.push([key, this.#take('value') ? side() : emptyScalar(this.#scanner.peek().mark)])
    }
    if (!this.#take('end of block')) this.#fail('did not find expected key')
    return node
  }

  #flowSequence(node: SequenceNode): SequenceNode {
    this.#scanner.skip()
    while (!this.#take(']')) {
      if (node.items.length > 0 && !this.#take(',')) this.#fail("did not find expected ',' or ']'")
      const { kind, mark } = this.#scanner.peek()
      if (kind === ']') continue
      node.items.push(kind === 'key' ? this.#pair(mark) : this.#node('flow'))
    }
    return node
  }

  /** `[key: value]`: a mapping of one entry. */
  #pair({ offset }: Mark): MappingNode {
    this.#scanner.skip()
    const { kind, mark } = this.#scanner.peek()
    const isEmpty = kind === 'value' || kind === ',' || kind === ']'
    const key = isEmpty ? emptyScalar(mark) : this.#node('flow')
    // The platform's parser drops the text after `?` without a key.
    if (isEmpty) this.#scanner.skip()
    return { kind: 'mapping', tag: '', offset, entries: [[key, this.#flowValue(']')]] }
  }

  #flowMapping(node: MappingNode): MappingNode {
    this.#scanner.skip()
    while (!this.#take('}')) {
      if (node.entries.length > 0 && !this.#take(',')) this.#fail("did not find expected ',' or '}'")
      if (this.#scanner.peek().kind === '}') continue
      if (this.#take('key')) {
        node.entries.push([this.#nodeUnless('flow', ['value', ',', '}']), this.#flowValue('}')])
      } else node.entries.push([this.#node('flow'), emptyScalar(this.#scanner.peek().mark)])
    }
    return node
  }

  #flowValue(end: ']' | '}'): GoNode {
    return this.#take('value') ? this.#nodeUnless('flow', [',', end]) : emptyScalar(this.#scanner.peek().mark)
  }

  #nodeUnless(context: 'block' | 'value' | 'flow', others: readonly Token['kind'][]): GoNode {
    const { kind, mark } = this.#scanner.peek()
    return others.includes(kind) ? emptyScalar(mark) : this.#node(context)
  }

  #take(kind: Token['kind']): boolean {
    if (this.#scanner.peek().kind !== kind) return false
    this.#scanner.skip()
    return true
  }

  /**
   * Throws with the platform's message, which counts lines from 0 here.
   * @param context where the problem starts
   */
  #fail(problem: string, context?: Mark, { line, offset } = this.#scanner.peek().mark): never {
    const said = line || (context?.line ?? 0)
    throw new GoYamlError(`yaml: ${said > 0 ? `line ${said}: ` : ''}${problem}`, offset)
  }
}

function emptyScalar({ offset }: Mark): GoScalarNode {
  return { kind: 'scalar', tag: '', offset, text: '', plain: true }
}
