/**
 * Turns sources of a `sidecars.yml` into paths by editing its text. Everything else (comments, order, quotes and line
 * endings) stays as the user wrote it.
 */

import type { MapEntry, YamlNode } from '../../config/yaml/nodes.ts'
import { parseYaml } from '../../config/yaml/parse.ts'
import { InputError, Problems } from '../../problems/problems.ts'
import { attempt } from '../../system/attempt.ts'
import type { SourceSite } from './source-sites.ts'

/** The replacement of a source. */
export interface Rewritten {
  /** A plain YAML scalar. */
  readonly path: string
  /** Its origin, written as a comment above it. One line. */
  readonly cameFrom?: string
}

/** The beginning of the comment, by which a later run finds it. */
const NOTE = '# vendored from '

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Omits a comment that would change the meaning of the text, for example inside a quoted string.
 * @throws InputError when no edit of the text gives the intended meaning
 */
export function rewriteSources(
  text: string,
  file: string,
  document: YamlNode,
  sources: ReadonlyMap<SourceSite, Rewritten>,
): string {
  const edits = onceEach([...sources].flatMap(([site, { path }]) => editsOf(text, site, path)))
  const meaning = plain(document, byKey(text, sources))
  for (const notes of isJson(text) ? [[]] : [notesOf(text, sources), []]) {
    const rewritten = applied(text, [...edits, ...notes])
    const problems = new Problems()
    const again = parseYaml(rewritten, file, problems)
    if (again && !problems.hasErrors && plain(again, new Map()) === meaning) return rewritten
  }
  const [first] = sources.keys()
  throw new InputError(
    `${file}:${first?.named.key.place.line}: vendor cannot edit these sources, for example because of an anchor or a multi-line string; write them without, then run vendor again`,
  )
}

/** Comments on separate lines above the source; they replace those of an earlier run. */
function notesOf(text: string, sources: ReadonlyMap<SourceSite, Rewritten>): readonly Edit[] {
  const lines = new Map<number, string[]>()
  for (const [{ named }, { cameFrom }] of sources) {
    if (cameFrom === undefined) continue
    const lineStart = text.lastIndexOf('\n', named.key.start - 1) + 1
    lines.set(lineStart, [...(lines.get(lineStart) ?? []), cameFrom])
  }
  return [...lines].map(([end, notes]) => {
    const indentation = /^[ \t]*/.exec(text.slice(end))?.[0] ?? ''
    const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n'
    const earlier = new RegExp(`(?:^[ \\t]*${NOTE}.*\\n)*(?![^])`, 'm').exec(text.slice(0, end))
    const by = notes.map((note) => `${indentation}${NOTE}${note}${lineEnd}`).join('')
    return { start: earlier?.index ?? end, end, text: by }
  })
}

function editsOf(text: string, { named, dropped }: SourceSite, path: string): readonly Edit[] {
  const quote = quoteOf(text, named)
  return [
    { start: named.key.start, end: named.key.end, text: `${quote}path${quote}` },
    { ...valueSpan(text, named), text: quote + path + quote },
    ...dropped.map((entry) => removal(text, entry)),
  ]
}

/** The quote for key and value if one is necessary: in JSON, and if the value follows the colon directly. */
function quoteOf(text: string, { key }: MapEntry): string {
  const isNeeded = /^:\S/.test(text.slice(key.end, key.end + 2)) || isJson(text)
  return isNeeded ? (text[key.start] ?? '') : ''
}

/** JSON is YAML, but has no comments. */
function isJson(text: string): boolean {
  return attempt(() => JSON.parse(text)) !== undefined
}

/** The value as written here: the characters of an alias, not the value that it refers to. */
function valueSpan(text: string, { key, value }: MapEntry): { start: number; end: number } {
  const alias = /^\s*:\s+(?=\*)/.exec(text.slice(key.end))
  if (!alias && value.kind === 'scalar') return { start: value.start, end: value.end }
  const start = key.end + (alias?.[0].length ?? 0)
  return { start, end: start + (/^\*[^\s,[\]{}]+/.exec(text.slice(start))?.[0].length ?? 0) }
}

/** Removes the whole line of an entry in a block, with its comment; in a flow map, the entry and one comma. */
function removal(text: string, entry: MapEntry): Edit {
  const { start } = entry.key
  const { end } = valueSpan(text, entry)
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const restOfLine = /^[ \t]*(?:#[^\n]*)?(?:\n|$)/.exec(text.slice(end).replaceAll('\r\n', ' \n'))
  if (/^[ \t]*$/.test(text.slice(lineStart, start)) && restOfLine) {
    const lineEnd = text.indexOf('\n', end)
    return { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd + 1, text: '' }
  }
  const before = /,[ \t]*$/.exec(text.slice(0, start))
  const after = /^\s*,[ \t]*/.exec(text.slice(end))
  if (after) return { start, end: end + after[0].length, text: '' }
  return { start: before ? start - before[0].length : start, end, text: '' }
}

/** Keeps one of several equal edits, which a shared `sha256` causes. */
function onceEach(edits: readonly Edit[]): readonly Edit[] {
  return [...new Map(edits.map((edit) => [edit.start, edit])).values()]
}

function applied(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((whole, { start, end, text: by }) => whole.slice(0, start) + by + whole.slice(end), text)
}

/** Paths by the offset of the key that they replace. */
function byKey(text: string, sources: ReadonlyMap<SourceSite, Rewritten>): ReadonlyMap<number, Replacement> {
  return new Map<number, Replacement>(
    [...sources].flatMap(([{ named, dropped }, { path }]): (readonly [number, Replacement])[] => [
      [named.key.start, { path, plain: quoteOf(text, named) === '' }],
      ...dropped.map(({ key }): readonly [number, Replacement] => [key.start, {}]),
    ]),
  )
}

/** Without a path, the entry is removed. */
interface Replacement {
  readonly path?: string
  readonly plain?: boolean
}

/** The meaning of a text with replaced sources; keys sorted, because the position of a merged key may change. */
function plain(node: YamlNode, replaced: ReadonlyMap<number, Replacement>): string {
  if (node.kind === 'scalar') return JSON.stringify([node.text, node.plain])
  if (node.kind === 'list') return `[${node.items.map((each) => plain(each, replaced)).join()}]`
  const entries = node.entries.flatMap(({ key, value }) => {
    const by = replaced.get(key.start)
    if (!by) return [`${JSON.stringify(key.text)}:${plain(value, replaced)}`]
    return by.path === undefined ? [] : [`"path":${JSON.stringify([by.path, by.plain])}`]
  })
  return `{${entries.sort().join()}}`
}
