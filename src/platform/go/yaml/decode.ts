/**
 * Decodes nodes into typed values by the rules of gopkg.in/yaml.v2: unknown keys are ignored, a duplicate key is decoded
 * twice into the same value, a merge applies at its position, and a value of the wrong kind is an error, but the rest is
 * still decoded.
 */
import { GoYamlError } from './error.ts'
import type { AliasNode, GoNode, GoScalarNode } from './nodes.ts'
import { decodeYamlText, parseGoYaml } from './parse.ts'
import { resolveScalar, tagOf } from './scalars.ts'

/** A value of the wrong kind; `message` is the platform's, without the line. */
interface Mismatch {
  readonly offset: number
  readonly message: string
}

export interface Decoded<T> {
  /** The decoded part: the zero value of the shape if nothing could be decoded. */
  readonly value: T
  /** Undefined if the platform accepts it. */
  readonly error: GoYamlError | undefined
  readonly mismatches: readonly Mismatch[]
}

export type WrittenNode = Exclude<GoNode, AliasNode>

/** How one kind of value is read. */
export interface Shape<T> {
  /** The type's name in the platform's messages. */
  readonly name: string
  readonly zero: () => T
  /** What a field of it holds from the start of reading on: this stays if the platform rejects the whole text in it. */
  begun?(node: GoNode, current: T): T
  /** Reads `node` over `current` (changed in place where it is a record or a map); undefined if it does not fit. */
  read(node: WrittenNode, current: T, decoder: GoDecoder): { readonly value: T } | undefined
}

/** Decodes a whole text; does not throw for invalid content. */
export function decodeGoYaml<T>(input: string | Uint8Array, shape: Shape<T>): Decoded<T> {
  const decoder = new GoDecoder()
  let value = shape.zero()
  try {
    const root = parseGoYaml(input)
    if (root) value = decoder.decode(shape, root, value)?.value ?? value
    return { value, error: decoder.summary(input), mismatches: decoder.mismatches }
  } catch (thrown) {
    if (!(thrown instanceof GoYamlError)) throw thrown
    return { value, error: thrown, mismatches: decoder.mismatches }
  }
}

export class GoDecoder {
  readonly mismatches: Mismatch[] = []
  /** The aliases around the value that is read. */
  readonly #open = new Set<GoNode>()
  #decoded = 0
  #decodedInAliases = 0

  /** @throws GoYamlError if the platform rejects the whole text */
  decode<T>(shape: Shape<T>, node: GoNode, current: T): { readonly value: T } | undefined {
    this.#refuseBomb()
    if (node.kind !== 'alias') return shape.read(node, current, this)
    if (this.#open.has(node))
      throw new GoYamlError(`yaml: anchor '${node.name}' value contains itself`, node.offset)
    this.#open.add(node)
    const result = this.decode(shape, node.target, current)
    this.#open.delete(node)
    return result
  }

  mismatch(node: WrittenNode, shape: Shape<unknown>): undefined {
    const tag = node.kind === 'scalar' ? tagOf(node) : node.kind === 'sequence' ? '!!seq' : '!!map'
    // A scalar that is tagged as one of these is printed without quotes.
    const isOther = tag === '!!seq' || tag === '!!map'
    const text = node.kind === 'scalar' ? node.text : ''
    const value = isOther ? text : ` \`${abbreviate(text)}\``
    const message = `cannot unmarshal ${tag}${value} into ${shape.name}`
    this.mismatches.push({ offset: node.offset, message })
    return undefined
  }

  summary(input: string | Uint8Array): GoYamlError | undefined {
    const [first] = this.mismatches
    if (!first) return undefined
    const text = decodeYamlText(input)
    const lineOf = (offset: number) => text.slice(0, offset).split(/\r\n|[\n\r\x85\u2028\u2029]/).length
    const lines = this.mismatches.map(({ offset, message }) => `  line ${lineOf(offset)}: ${message}`)
    return new GoYamlError(`yaml: unmarshal errors:\n${lines.join('\n')}`, first.offset)
  }

  /** The limit for aliases: 99 % of up to 400,000 decoded values, 10 % from 4,000,000 on. */
  #refuseBomb(): void {
    const [low, high] = [400_000, 4_000_000]
    this.#decoded++
    if (this.#open.size > 0) this.#decodedInAliases++
    if (this.#decodedInAliases <= 100 || this.#decoded <= 1000) return
    const progress = Math.min(Math.max((this.#decoded - low) / (high - low), 0), 1)
    if (this.#decodedInAliases / this.#decoded > 0.99 - 0.89 * progress) {
      throw new GoYamlError('yaml: document contains excessive aliasing')
    }
  }
}

/** Counts bytes, and may cut a character. */
function abbreviate(text: string): string {
  const bytes = Buffer.from(text)
  return bytes.length > 10 ? `${bytes.subarray(0, 7)}...` : text
}

/** Whether it is null regardless of its shape: a null scalar is never a mismatch. */
export function isGoNull(node: WrittenNode): node is GoScalarNode {
  return node.kind === 'scalar' && resolveScalar(node).kind === 'null'
}
