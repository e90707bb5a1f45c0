/**
 * Parses text into nodes with js-yaml's parser events (offsets into the text). Supports anchors, aliases and merge keys;
 * the expansion of aliases is limited, because readers walk the nodes as a tree.
 */
import {
  type AliasEvent,
  type DocumentEvent,
  EVENT_ID,
  type Event,
  getScalarValue,
  type PopEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml'
import { Places } from '../../problems/places.ts'
import type { Place, Problems } from '../../problems/problems.ts'
import { DEEPEST, type ParsedText, parseText, TOO_LITTLE } from './flow-lines.ts'
import { mergedEntries } from './merge-keys.ts'
import type { MapEntry, ScalarNode, YamlNode } from './nodes.ts'

/** The maximum number of nodes of a document, with expanded aliases. */
const MOST_NODES = 100_000
const TEXT_TAGS = new Set(['!!str', '!', '!<tag:yaml.org,2002:str>'])
const COLLECTION_TAGS = new Set(['!!map', '!!seq'])

type NodeEvent = Exclude<Event, DocumentEvent | PopEvent>

/** The only document of a text; undefined if it is empty or a problem was reported. */
export function parseYaml(text: string, file: string, problems: Problems): YamlNode | undefined {
  const places = new Places(file, text)
  try {
    const parsed = parseText(text)
    const documents = parsed.events.filter((event) => event.type === EVENT_ID.DOCUMENT).length
    if (documents > 1) {
      problems.error(
        places.at(secondDocument(text, documents)),
        `the file contains ${documents} YAML documents`,
        'keep one, and remove the --- lines',
      )
      return undefined
    }
    return documents === 0 ? undefined : new NodeBuilder(parsed, places, problems).document()
  } catch (thrown) {
    if (thrown instanceof YAMLException) reportFault(thrown, text, places, problems)
    else if (!(thrown instanceof Refused)) throw thrown
    return undefined
  }
}

function reportFault(thrown: YAMLException, text: string, places: Places, problems: Problems): void {
  const position = thrown.mark?.position ?? 0
  const reason = withoutTags(thrown.reason)
  const place = places.at(position)
  const colon = /implicit key|bad indentation of a/.test(reason)
    ? colonWithoutBlank(text, position)
    : undefined
  if (colon !== undefined)
    problems.error(places.at(colon), 'not valid YAML: no blank after the colon', 'write key: value')
  else if (reason.startsWith('nesting exceeded'))
    problems.error(place, `nested more than ${DEEPEST} levels deep`, 'check whether it is the right file')
  else {
    const instead =
      reason === TOO_LITTLE
        ? 'close the bracket, brace or quote that is open before this line'
        : /^ *\t/m.test(text)
          ? 'indent with spaces, not with tabs'
          : 'start the keys of a map in the same column, and put quotes around a string with : # { } [ ] , & * ! | > % or @'
    problems.error(place, `not valid YAML: ${reason}`, instead)
  }
}

/** Removes tags and their handles from js-yaml's message: they may be an unquoted password. */
function withoutTags(reason: string): string {
  return reason.replace(/ "[^"]*"/, '').replace(/(cannot contain such characters): .*/, '$1')
}

/**
 * The offset of the colon in `memory:64M` on the line above an error: YAML reads that line as a string that goes on in
 * the next line, and reports the next one.
 */
function colonWithoutBlank(text: string, position: number): number | undefined {
  const key = /(?<=^|\n)[ \t]*(?:- +)?[\w-]+(?=:[^\s:/][^\n]*\n[^\n]*$)/.exec(text.slice(0, position))
  return key ? key.index + key[0].length : undefined
}

/** Only a line of dashes starts another document; the first one may start with such a line too. */
function secondDocument(text: string, documents: number): number {
  const lines = [...text.matchAll(/^---(?!\S)/gm)].map(({ index }) => index)
  return lines.at(1 - documents) ?? 0
}

/** Only thrown inside this module, after its problem was reported. */
class Refused extends Error {}

class NodeBuilder {
  /** Undefined while the node of the anchor is read. */
  readonly #anchors = new Map<string, { readonly node: YamlNode; readonly size: number } | undefined>()
  /** The first event is the document. */
  #next = 1
  #nodes = 0
  /** End offset of the text read so far. */
  #reached = 0

  readonly #parsed: ParsedText
  readonly #places: Places
  readonly #problems: Problems

  constructor(parsed: ParsedText, places: Places, problems: Problems) {
    this.#parsed = parsed
    this.#places = places
    this.#problems = problems
  }

  /** @throws Refused */
  document(): YamlNode {
    return this.#node(this.#at(0))
  }

  /** @param empty the place for an empty value, which has no place itself */
  #node(empty: Place): YamlNode {
    // Events are nested correctly: where a node is expected, one begins.
    const event = this.#parsed.events[this.#next++] as NodeEvent
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event.anchorStart, event.anchorEnd)
    const before = this.#nodes
    const anchor = this.#parsed.text.slice(event.anchorStart, event.anchorEnd)
    this.#anchors.set(anchor, undefined)
    this.#checkTag(event)
    const node = this.#content(event, empty)
    this.#count(1, node.place)
    this.#anchors.set(anchor, { node, size: this.#nodes - before })
    return node
  }

  #content(event: Exclude<NodeEvent, AliasEvent>, empty: Place): YamlNode {
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event, empty)
    this.#reached = event.start
    const place = this.#at(event.start)
    if (event.type === EVENT_ID.SEQUENCE) {
      const items: YamlNode[] = []
      while (!this.#closed()) items.push(this.#item(place))
      return Object.freeze({ kind: 'list', items, place })
    }
    const entries: MapEntry[] = []
    while (!this.#closed()) {
      const key = this.#node(place)
      const value = this.#node(key.place)
      if (key.kind === 'scalar') entries.push({ key, value })
      else
        this.#problems.error(
          key.place,
          `a key must be a string, got a ${key.kind}`,
          'write the key as a string',
        )
    }
    const count = () => this.#count(1, place)
    return Object.freeze({ kind: 'map', entries: mergedEntries(entries, this.#problems, count), place })
  }

  /** The place of an empty item is that of its dash. */
  #item(list: Place): YamlNode {
    if (!isEmpty(this.#parsed.events[this.#next])) return this.#node(list)
    const dash = /(?:[\s[\]{},]|#.*)*/y
    dash.lastIndex = this.#reached
    dash.test(this.#parsed.text)
    this.#reached = dash.lastIndex + 1
    return this.#node(this.#at(dash.lastIndex))
  }

  #closed(): boolean {
    if (this.#parsed.events[this.#next]?.type !== EVENT_ID.POP) return false
    this.#next++
    return true
  }

  #scalar(event: ScalarEvent, empty: Place): ScalarNode {
    const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
    const start = event.valueStart - (isQuoted ? 1 : 0)
    const end = event.valueEnd + (isQuoted ? 1 : 0)
    if (!isEmpty(event)) this.#reached = end
    return Object.freeze({
      kind: 'scalar',
      text: getScalarValue(this.#parsed.text, event),
      plain: event.style === SCALAR_STYLE.PLAIN && !TEXT_TAGS.has(this.#tag(event)),
      place: isEmpty(event) ? empty : this.#at(start),
      start: this.#parsed.original(start),
      end: this.#parsed.original(end),
    })
  }

  #alias(start: number, end: number): YamlNode {
    const name = this.#parsed.text.slice(start, end)
    const place = this.#at(start - 1)
    this.#reached = end
    const anchor = this.#anchors.get(name)
    if (!anchor) {
      const why = this.#anchors.has(name) ? 'is inside its own anchor' : 'has no anchor above it'
      this.#problems.error(place, `this alias ${why}`, 'replace it with its value')
      throw new Refused()
    }
    this.#count(anchor.size, place)
    return anchor.node
  }

  #count(nodes: number, place: Place): void {
    this.#nodes += nodes
    if (this.#nodes <= MOST_NODES) return
    const what = `anchors and aliases expand to more than ${MOST_NODES} values`
    this.#problems.error(place, what, 'use fewer of them')
    throw new Refused()
  }

  #checkTag(event: Exclude<NodeEvent, AliasEvent>): void {
    const tag = this.#tag(event)
    // Messages do not quote tags and aliases: an unquoted password may begin with ! or *.
    const known = event.type === EVENT_ID.SCALAR ? TEXT_TAGS : COLLECTION_TAGS
    if (tag !== '' && !known.has(tag))
      this.#problems.error(
        this.#at(event.tagStart),
        'this tag is not supported',
        'remove it, or put quotes around a value that begins with !',
      )
  }

  /** Empty if the event has none. */
  #tag({ tagStart, tagEnd }: { readonly tagStart: number; readonly tagEnd: number }): string {
    return this.#parsed.text.slice(tagStart, tagEnd)
  }

  /** @param offset in the text that was read */
  #at(offset: number): Place {
    return this.#places.at(this.#parsed.original(offset))
  }
}

/** A scalar without any text, not even quotes. */
function isEmpty(event: Event | undefined): boolean {
  return event?.type === EVENT_ID.SCALAR && event.valueStart < 0
}
