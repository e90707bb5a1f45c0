/**
 * Parses text into nodes with js-yaml's parser events (offsets into the text). Supports anchors, aliases and merge keys;
 * the expansion of aliases is limited, because readers walk the nodes as a tree.
 */
import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent, YAMLException } from 'js-yaml'
import { Places } from '../../problems/places.ts'
import type { Place, Problems } from '../../problems/problems.ts'
import { DEEPEST, type ParsedText, parseText, TOO_LITTLE } from './flow-lines.ts'
import { mergedEntries } from './merge-keys.ts'
import type { MapEntry, ScalarNode, YamlNode } from './nodes.ts'

/** The maximum number of nodes of a document, with expanded aliases. */
const MOST_NODES = 100_000
const TEXT_TAGS = new Set(['!!str', '!', '!<tag:yaml.org,2002:str>'])

/** The only document of a text; undefined if it is empty or a problem was reported. */
export function parseYaml(text: string, file: string, problems: Problems): YamlNode | undefined {
  const places = new Places(file, text)
  try {
    const parsed = parseText(text)
    const { events } = parsed
    const documents = events.filter((event) => event.type === EVENT_ID.DOCUMENT).length
    if (documents > 1) {
      problems.error(
        places.at(secondDocument(text, events)),
        `the file contains ${documents} YAML documents`,
        'keep one, and remove the --- lines',
      )
      return undefined
    }
    return new NodeBuilder(parsed, places, problems).document()
  } catch (thrown) {
    if (!(thrown instanceof YAMLException)) throw thrown
    const position = thrown.mark?.position ?? 0
    const tight = thrown.reason?.includes('implicit key') ? colonWithoutBlank(text, position) : undefined
    if (tight !== undefined) {
      problems.error(places.at(tight), 'not valid YAML: no blank after the colon', 'write key: value')
      return undefined
    }
    const place = places.at(position)
    if (thrown.reason.startsWith('nesting exceeded')) {
      problems.error(
        places.at(position),
        `nested more than ${DEEPEST} levels deep`,
        'check whether it is the right file',
      )
      return undefined
    }
    const instead =
      thrown.reason === TOO_LITTLE
        ? 'close the bracket, brace or quote that is open before this line'
        : /^[ ]*\t/m.test(text)
          ? 'indent with spaces, not with tabs'
          : 'start the keys of a map in the same column, and put quotes around a string with : # { } [ ] , & * ! | > % or @'
    const reason = reasonOf(thrown)
    problems.error(place, `not valid YAML: ${reason}`, instead)
    return undefined
  }
}

/** Removes tags and their handles from js-yaml's message: they may be an unquoted password. */
function reasonOf({ reason }: YAMLException): string {
  return reason.replace(/ "[^"]*"/, '').replace(/(cannot contain such characters): .*/, '$1')
}

/**
 * The offset of the colon in `memory:64M` on the line above an error: YAML reads that line as a string that goes on in
 * the next line, and reports the next one.
 */
function colonWithoutBlank(text: string, position: number): number | undefined {
  const lines = text.slice(0, position).split('\n')
  const above = lines.at(-2) ?? ''
  const colon = /^\s*(?:- +)?[\w-]+(?=:[^\s:/])/.exec(above)?.[0].length
  return colon === undefined
    ? undefined
    : lines.slice(0, -2).join('\n').length + (lines.length > 2 ? 1 : 0) + colon
}

/** Only a line of dashes starts another document; the first one may start with such a line too. */
function secondDocument(text: string, [first]: readonly Event[]): number {
  const lines = [...text.matchAll(/^---(?!\S)/gm)].map(({ index }) => index)
  return lines[first?.type === EVENT_ID.DOCUMENT && first.explicitStart ? 1 : 0] ?? 0
}

/** Only thrown inside this module, after its problem was reported. */
class Refused extends Error {}

class NodeBuilder {
  readonly #anchors = new Map<string, { node?: YamlNode; size: number }>()
  #next = 0
  #nodes = 0
  /** End offset of the text read so far. */
  #reached = 0

  readonly #text: string
  readonly #events: readonly Event[]
  readonly #original: ParsedText['original']
  readonly #places: Places
  readonly #problems: Problems

  constructor({ text, events, original }: ParsedText, places: Places, problems: Problems) {
    this.#text = text
    this.#events = events
    this.#original = original
    this.#places = places
    this.#problems = problems
  }

  document(): YamlNode | undefined {
    const first = this.#events[++this.#next]
    if (!first || first.type === EVENT_ID.POP) return undefined
    try {
      return this.#node()
    } catch (thrown) {
      if (thrown instanceof Refused) return undefined
      throw thrown
    }
  }

  /** @param empty the place for an empty value, which has no place itself */
  #node(empty = this.#places.at(0)): YamlNode {
    const event = this.#events[this.#next++]
    if (!event || event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) {
      throw new Error('unexpected order of YAML events')
    }
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event.anchorStart, event.anchorEnd)
    this.#count(1, 'start' in event ? event.start : event.valueStart)
    const before = this.#nodes
    const anchor = event.anchorStart >= 0 ? { size: 1 } : undefined
    if (anchor) this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), anchor)
    this.#checkTag(event)
    const node = this.#content(event, empty)
    if (anchor) Object.assign(anchor, { node, size: this.#nodes - before + 1 })
    return node
  }

  #content(event: Exclude<Event, { type: 1 | 5 | 6 }>, empty: Place): YamlNode {
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event, empty)
    this.#reached = event.start
    if (event.type === EVENT_ID.SEQUENCE) {
      const items: YamlNode[] = []
      while (!this.#closed()) items.push(this.#item())
      return Object.freeze({ kind: 'list', items, ...this.#located(event.start) })
    }
    const entries: MapEntry[] = []
    while (!this.#closed()) {
      const key = this.#node()
      const value = this.#node(key.place)
      if (key.kind === 'scalar') entries.push({ key, value })
      else
        this.#problems.error(
          key.place,
          `a key must be a string, got a ${key.kind}`,
          'write the key as a string',
        )
    }
    return Object.freeze({
      kind: 'map',
      entries: mergedEntries(entries, this.#problems, (count) => this.#count(count, event.start)),
      flow: event.style === 2,
      ...this.#located(event.start),
    })
  }

  /** The place of an empty item is that of its dash. */
  #item(): YamlNode {
    if (!isEmpty(this.#events[this.#next])) return this.#node()
    const dash = /(?:[\s\]}]|#.*)*/y
    dash.lastIndex = this.#reached
    dash.test(this.#text)
    this.#reached = dash.lastIndex + 1
    return this.#node(this.#at(dash.lastIndex))
  }

  #closed(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false
    this.#next++
    return true
  }

  #scalar(event: ScalarEvent, empty: Place): ScalarNode {
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
    const isText = TEXT_TAGS.has(this.#text.slice(event.tagStart, event.tagEnd))
    if (!isEmpty(event)) this.#reached = event.valueEnd + (quoted ? 1 : 0)
    return Object.freeze({
      kind: 'scalar',
      text: getScalarValue(this.#text, event),
      plain: event.style === SCALAR_STYLE.PLAIN && !isText,
      place: isEmpty(event) ? empty : this.#at(event.valueStart - (quoted ? 1 : 0)),
      start: this.#original(event.valueStart - (quoted ? 1 : 0)),
      end: this.#original(event.valueEnd + (quoted ? 1 : 0)),
    })
  }

  #alias(start: number, end: number): YamlNode {
    const name = this.#text.slice(start, end)
    this.#reached = end
    const anchor = this.#anchors.get(name)
    if (!anchor?.node) {
      const why = anchor ? 'is inside its own anchor' : 'has no anchor above it'
      const instead = 'replace it with its value'
      this.#problems.error(this.#at(start - 1), `this alias ${why}`, instead)
      throw new Refused()
    }
    this.#count(anchor.size, start - 1)
    return anchor.node
  }

  #count(nodes: number, offset: number): void {
    this.#nodes += nodes
    if (this.#nodes <= MOST_NODES) return
    this.#problems.error(
      this.#at(offset),
      `anchors and aliases expand to more than ${MOST_NODES} values`,
      'use fewer of them',
    )
    throw new Refused()
  }

  #checkTag(event: { tagStart: number; tagEnd: number; type: number }): void {
    if (event.tagStart < 0) return
    const tag = this.#text.slice(event.tagStart, event.tagEnd)
    // Messages do not quote tags and aliases: an unquoted password may begin with ! or *.
    const known = event.type === EVENT_ID.SCALAR ? TEXT_TAGS : new Set(['!!map', '!!seq'])
    if (!known.has(tag))
      this.#problems.error(
        this.#at(event.tagStart),
        'this tag is not supported',
        'remove it, or put quotes around a value that begins with !',
      )
  }

  /** @param offset in the text that was read */
  #at(offset: number): Place {
    return this.#places.at(this.#original(offset))
  }

  #located(start: number) {
    const last = this.#events[this.#next - 1]
    const end = last && 'valueEnd' in last ? last.valueEnd : start
    return { place: this.#at(start), start: this.#original(start), end: this.#original(end) }
  }
}

/** A scalar without any text, not even quotes. */
function isEmpty(event: Event | undefined): boolean {
  return event?.type === EVENT_ID.SCALAR && event.valueStart < 0
}
