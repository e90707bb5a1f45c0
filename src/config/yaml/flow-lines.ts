/**
 * js-yaml keeps to YAML 1.2, in which a line inside brackets, braces or quotes is indented more than what they belong to.
 * The platform's reader takes any line there, a closing bracket below its key for example, and a block that works in an
 * app manifest shall work here: such a line is given blanks, which mean nothing there, and the text is read again.
 */
import { type Event, parseEvents, YAMLException } from 'js-yaml'

const DEEPEST = 50
/** More than anything is indented that a person writes. */
const BLANKS = ' '.repeat(256)
/** Each costs another reading. */
const MOST_LINES = 500

export interface ParsedText {
  readonly events: readonly Event[]
  /** What the offsets of the events count in: the text with the blanks. */
  readonly text: string
  /** An offset in the text as it was given. */
  readonly original: (offset: number) => number
}

/** Of a line that is not indented enough; where nothing closes what it is in, that is where to look. */
export const TOO_LITTLE = 'deficient indentation'

/** @throws YAMLException; its position is one of the text as it was given */
export function parseText(text: string): ParsedText {
  /** Where lines were given blanks, in the text with them; in their order. */
  const places: number[] = []
  const complaints: YAMLException[] = []
  const original = (offset: number) => {
    const before = places.filter((place) => place < offset)
    const last = before.at(-1)
    const inside = last === undefined ? 0 : Math.max(0, last + BLANKS.length - offset)
    return offset - before.length * BLANKS.length + inside
  }
  for (let padded = text; ; ) {
    try {
      return { events: parseEvents(padded, { maxDepth: DEEPEST }), text: padded, original }
    } catch (thrown) {
      if (!(thrown instanceof YAMLException)) throw thrown
      const position = thrown.mark?.position ?? 0
      const start = lineStart(padded, position)
      if (thrown.mark) thrown.mark.position = original(position)
      const isPadded = places.includes(start)
      if (isPadded || /^unexpected end/.test(thrown.reason)) {
        throw complaints[firstOpen(padded, places)] ?? thrown
      }
      if (thrown.reason !== TOO_LITTLE || places.length === MOST_LINES) throw thrown
      complaints.push(thrown)
      padded = padded.slice(0, start) + BLANKS + padded.slice(start)
      places.push(start)
    }
  }
}

/** The first of the lines behind which nothing is closed any more. */
function firstOpen(text: string, lines: readonly number[]): number {
  return 1 + lines.findLastIndex((start) => isWhole(text.slice(0, lineEnd(text, start))))
}

function isWhole(text: string): boolean {
  try {
    parseEvents(text, { maxDepth: DEEPEST })
    return true
  } catch {
    return false
  }
}

function lineStart(text: string, position: number): number {
  return Math.max(text.lastIndexOf('\n', position - 1), text.lastIndexOf('\r', position - 1)) + 1
}

function lineEnd(text: string, start: number): number {
  const end = text.slice(start).search(/[\r\n]/)
  return end < 0 ? text.length : start + end
}
