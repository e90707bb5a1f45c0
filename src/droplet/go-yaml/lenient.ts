/**
 * Events of a text that YAML 1.2 (js-yaml) is stricter about than the platform's reader: what stands behind the root's
 * end is not looked at, and a line within brackets or quotes may be indented as it likes.
 */
import { COLLECTION_STYLE, EVENT_ID, type Event, parseEvents, SCALAR_STYLE } from 'js-yaml'
import { GoYamlError } from './error.ts'

export interface Parsed {
  /** What the events' offsets count in: the text, cut and indented where it had to be. */
  readonly source: string
  readonly events: readonly Event[]
  /** The offset in the text as it was given. */
  readonly originalOffset: (offset: number) => number
}

/** The platform's reader gives up a nesting only far beyond what anybody writes. */
const MAX_DEPTH = 5000
/** Texts that need more repairs than this are nobody's. */
const MAX_REPAIRS = 200
const INDENTATION = ' '.repeat(100)

/** @throws GoYamlError */
export function parseLeniently(text: string): Parsed {
  const inserted: number[] = []
  const originalOffset = (offset: number) =>
    inserted.reduceRight((at, start) => (at >= start ? Math.max(at - INDENTATION.length, start) : at), offset)
  let source = text
  for (let repairs = 0; ; repairs++) {
    try {
      const events = parseEvents(source, { maxDepth: MAX_DEPTH })
      refuseTabLines(source, events)
      return { source, events, originalOffset }
    } catch (thrown) {
      if (thrown instanceof GoYamlError) throw thrown
      const error = syntaxError(thrown)
      if (repairs === MAX_REPAIRS || error.position === undefined) throw asGoYamlError(error, originalOffset)
      if (error.reason === 'end of the stream or a document separator is expected') {
        const root = source.slice(0, error.position)
        if (!endsBefore(root, source, error.position)) throw asGoYamlError(error, originalOffset)
        source = root
      } else if (error.reason === 'deficient indentation') {
        const lineStart = source.lastIndexOf('\n', error.position - 1) + 1
        inserted.push(lineStart)
        source = source.slice(0, lineStart) + INDENTATION + source.slice(lineStart)
      } else {
        throw asGoYamlError(error, originalOffset)
      }
    }
  }
}

/** A line that begins with a tab and holds no more than blanks or a comment, outside of quotes, blocks and brackets. */
function refuseTabLines(source: string, events: readonly Event[]): void {
  const found = /^\t[ \t]*(?:#.*)?$/m.exec(source)
  if (!found || isWithin(found.index, events)) return
  throw new GoYamlError('yaml: found character that cannot start any token', found.index)
}

function isWithin(offset: number, events: readonly Event[]): boolean {
  return events.some((event) =>
    event.type === EVENT_ID.SCALAR
      ? event.style !== SCALAR_STYLE.PLAIN && event.valueStart <= offset && offset <= event.valueEnd
      : (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) &&
        event.style === COLLECTION_STYLE.FLOW &&
        event.start <= offset,
  )
}

/** Whether the root has ended for the platform's reader as well: in brackets, or indented further than what follows. */
function endsBefore(rootText: string, source: string, position: number): boolean {
  if (/[@`%\t,\]}|>]/.test(source.charAt(position))) return false
  const root = parseLeniently(rootText).events[1]
  if (root?.type !== EVENT_ID.MAPPING && root?.type !== EVENT_ID.SEQUENCE) return false
  const column = (offset: number) => offset - (source.lastIndexOf('\n', offset - 1) + 1)
  return root.style === COLLECTION_STYLE.FLOW || column(position) < column(root.start)
}

interface SyntaxErrorAt {
  readonly reason: string
  readonly position: number | undefined
  readonly line: number | undefined
}

function syntaxError(thrown: unknown): SyntaxErrorAt {
  const { reason, mark, message } = thrown as {
    reason?: string
    message?: string
    mark?: { line?: number; position?: number }
  }
  return { reason: reason ?? message ?? String(thrown), position: mark?.position, line: mark?.line }
}

function asGoYamlError(error: SyntaxErrorAt, originalOffset: Parsed['originalOffset']): GoYamlError {
  const line = error.line === undefined ? '' : `line ${error.line + 1}: `
  return new GoYamlError(
    `yaml: ${line}${error.reason}`,
    error.position === undefined ? undefined : originalOffset(error.position),
  )
}
