/**
 * YAML as trees of nodes, the way gopkg.in/yaml.v2 sees it: that is the reader of the platform's builder and launcher,
 * for `launch.yml`, `config.yml`, the Procfile, the output of `bin/release` and `staging_info.yml`.
 * It is a YAML 1.1 reader; js-yaml's parser gives the events, what follows from them is decided here.
 */
import { COLLECTION_STYLE, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml'
import { firstDocument, normalizeBreaks, refuseUnprintable } from './document.ts'
import { GoYamlError } from './error.ts'
import { type Parsed, parseLeniently } from './lenient.ts'

export type GoNode = ScalarNode | SequenceNode | MappingNode | AliasNode

interface NodeBase {
  /** The long form (`tag:yaml.org,2002:str`); '' without a tag. */
  readonly tag: string
  /** Offset in the text that was given (a byte order mark not counted); -1 for what is not written. */
  readonly offset: number
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar'
  readonly text: string
  /** Neither quoted, nor a block, nor tagged: what it is follows from its text. */
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

/**
 * The first document's root, or undefined when there is none (an empty text, comments only). What follows the first
 * document is not looked at.
 * @throws GoYamlError
 */
export function parseGoYaml(input: string | Uint8Array): GoNode | undefined {
  const text = decode(input)
  refuseUnprintable(text)
  return new Composer(parseLeniently(normalizeBreaks(firstDocument(text)))).document()
}

/** @throws GoYamlError when the bytes are not the encoding that their start announces */
function decode(input: string | Uint8Array): string {
  if (typeof input === 'string') return input.replace(/^\ufeff/, '')
  const encoding =
    input[0] === 0xff && input[1] === 0xfe
      ? 'utf-16le'
      : input[0] === 0xfe && input[1] === 0xff
        ? 'utf-16be'
        : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(input)
  } catch {
    throw new GoYamlError(`yaml: not ${encoding.toUpperCase()}`)
  }
}

const LONGEST_SIMPLE_KEY = 1024

/** Turns the events of the first document into nodes. */
class Composer {
  readonly #parsed: Parsed
  readonly #source: string
  readonly #events: readonly Event[]
  #next = 0
  readonly #anchors = new Map<string, GoNode>()
  readonly #handles = new Map([
    ['!', '!'],
    ['!!', 'tag:yaml.org,2002:'],
  ])

  constructor(parsed: Parsed) {
    this.#parsed = parsed
    this.#source = parsed.source
    this.#events = parsed.events
  }

  document(): GoNode | undefined {
    const start = this.#events[this.#next++]
    if (start?.type !== EVENT_ID.DOCUMENT) return undefined
    for (const directive of start.directives) {
      if (directive.kind === 'tag') this.#handles.set(directive.handle, directive.prefix)
    }
    return this.#events[this.#next]?.type === EVENT_ID.POP ? undefined : this.#node()
  }

  #node(): GoNode {
    const event = this.#events[this.#next++]
    switch (event?.type) {
      case EVENT_ID.SEQUENCE: {
        const items: GoNode[] = []
        const node: SequenceNode = {
          kind: 'sequence',
          tag: this.#tag(event),
          offset: this.#parsed.originalOffset(event.start),
          items,
        }
        this.#remember(event, node)
        while (!this.#closes()) items.push(this.#node())
        return node
      }
      case EVENT_ID.MAPPING: {
        const entries: [GoNode, GoNode][] = []
        const node: MappingNode = {
          kind: 'mapping',
          tag: this.#tag(event),
          offset: this.#parsed.originalOffset(event.start),
          entries,
        }
        this.#remember(event, node)
        while (!this.#closes()) {
          if (event.style === COLLECTION_STYLE.BLOCK) this.#checkBlockKey()
          entries.push([this.#node(), this.#node()])
        }
        return node
      }
      case EVENT_ID.SCALAR: {
        const tag = this.#tag(event)
        if (event.style === SCALAR_STYLE.DOUBLE_QUOTED) this.#refuseEscapedSlash(event)
        const text = getScalarValue(this.#source, event)
        const bang = tag === '!'
        const node: ScalarNode = {
          kind: 'scalar',
          tag: bang ? '' : tag,
          offset: this.#parsed.originalOffset(event.valueStart),
          text,
          plain: bang || (tag === '' && event.style === SCALAR_STYLE.PLAIN),
        }
        this.#remember(event, node)
        return node
      }
      case EVENT_ID.ALIAS: {
        const name = this.#source.slice(event.anchorStart, event.anchorEnd)
        const target = this.#anchors.get(name)
        if (!target) throw new GoYamlError(`yaml: unknown anchor '${name}' referenced`, event.anchorStart)
        return { kind: 'alias', tag: '', offset: event.anchorStart, name, target }
      }
      default:
        throw new GoYamlError('yaml: the text ends in the middle of a value')
    }
  }

  /** YAML 1.1 wants a `?` before a key that is not there, and before one that is very long. */
  #checkBlockKey(): void {
    const key = this.#events[this.#next]
    if (key?.type !== EVENT_ID.SCALAR || /(?:^|\s)\?(?:\s|$)/.test(this.#source)) return
    if (key.valueEnd - key.valueStart > LONGEST_SIMPLE_KEY) {
      throw new GoYamlError("yaml: could not find expected ':'", key.valueStart)
    }
    if (key.valueStart < 0 && key.anchorStart < 0 && key.tagStart < 0) {
      throw new GoYamlError('yaml: did not find expected key')
    }
  }

  /** `\\/` came with YAML 1.2. */
  #refuseEscapedSlash({ valueStart, valueEnd }: { valueStart: number; valueEnd: number }): void {
    const escapes = this.#source.slice(valueStart, valueEnd).match(/\\./gs) ?? []
    if (escapes.some((each) => each === '\\/'))
      throw new GoYamlError('yaml: found unknown escape character', valueStart)
  }

  #closes(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false
    this.#next++
    return true
  }

  /** An anchor can be used within its own node already: an alias to it is found out when it is decoded. */
  #remember(event: { anchorStart: number; anchorEnd: number }, node: GoNode): void {
    if (event.anchorStart < 0) return
    const name = this.#source.slice(event.anchorStart, event.anchorEnd)
    if (!/^[0-9A-Za-z_-]+$/.test(name)) {
      throw new GoYamlError('yaml: did not find expected alphabetic or numeric character', event.anchorStart)
    }
    this.#anchors.set(name, node)
  }

  #tag({ tagStart, tagEnd }: { tagStart: number; tagEnd: number }): string {
    if (tagStart < 0) return ''
    const written = this.#source.slice(tagStart, tagEnd)
    if (written.startsWith('!<')) return decodeTag(written.slice(2, -1))
    const handle = /^!(?:[0-9A-Za-z_-]*!)?/.exec(written)?.[0] ?? ''
    const prefix = this.#handles.get(handle)
    if (prefix === undefined) throw new GoYamlError('yaml: found undefined tag handle', tagStart)
    return prefix + decodeTag(written.slice(handle.length))
  }
}

function decodeTag(suffix: string): string {
  try {
    return decodeURIComponent(suffix)
  } catch {
    return suffix
  }
}
