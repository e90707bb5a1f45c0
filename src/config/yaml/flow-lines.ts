/**
 * js-yaml follows YAML 1.2, in which a line inside brackets, braces or quotes must be indented more than its parent. The
 * platform's parser accepts any line there, for example a closing bracket below its key, and a block of an app manifest must
 * work here too. So such a line is indented with spaces, which have no meaning there, and the text is parsed again.
 */
import { type Event, parseEvents, YAMLException } from 'js-yaml'
import { attempt } from '../../system/attempt.ts'

export const DEEPEST = 50
const OPTIONS = { maxDepth: DEEPEST }
/** More than the indentation of any text written by hand. */
const BLANKS = ' '.repeat(256)
/** Each one requires another pass. */
const MOST_LINES = 500

export interface ParsedText {
  readonly events: readonly Event[]
  /** The text with the added spaces, to which the offsets of the events refer. */
  readonly text: string
  /** Converts an offset outside the added spaces to one in the original text. */
  readonly original: (offset: number) => number
}

/** The reason for a line that is not indented enough; if a bracket is never closed, that line is the place to look. */
export const TOO_LITTLE = 'deficient indentation'

/** @throws YAMLException with a position in the original text */
export function parseText(text: string): ParsedText {
  /** Offsets of the indented lines in the new text, in order. */
  const places: number[] = []
  const complaints: YAMLException[] = []
  const original = (offset: number) =>
    offset - BLANKS.length * places.filter((place) => place < offset).length
  for (let padded = text; ; ) {
    try {
      return { events: parseEvents(padded, OPTIONS), text: padded, original }
    } catch (thrown) {
      if (!(thrown instanceof YAMLException && thrown.mark)) throw thrown
      const start = lineStart(padded, thrown.mark.position)
      thrown.mark.position = original(thrown.mark.position)
      const isPadded = places.includes(start)
      if (isPadded || thrown.reason.startsWith('unexpected end')) {
        throw complaints[firstOpen(padded, places)] ?? thrown
      }
      if (thrown.reason !== TOO_LITTLE || places.length === MOST_LINES) throw thrown
      complaints.push(thrown)
      padded = padded.slice(0, start) + BLANKS + padded.slice(start)
      places.push(start)
    }
  }
}

/** The first line after which a bracket is never closed. */
function firstOpen(text: string, lines: readonly number[]): number {
  return (
    1 +
    lines.findLastIndex((start) => attempt(() => parseEvents(text.slice(0, lineEnd(text, start)), OPTIONS)))
  )
}

function lineStart(text: string, position: number): number {
  return Math.max(text.lastIndexOf('\n', position - 1), text.lastIndexOf('\r', position - 1)) + 1
}

function lineEnd(text: string, start: number): number {
  return start + text.slice(start).search(/[\r\n]|$/)
}
