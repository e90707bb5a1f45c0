import { type Decoder, refine } from '../decode/decoder.ts'
import { filledText } from '../decode/scalars.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `5 sec`, `1m30s`, `2 minutes` and a bare number of seconds as one duration within the bounds. */
function rewritten(text: string, least: number, most: number): string {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/gi)]
  const sum = parts.reduce((total, [, number = '0', unit = '']) => total + Number(number) * unitOf(unit), 0)
  return inSeconds(parts.length === 0 ? 30_000 : sum, least, most)
}

function unitOf(word: string): number {
  if (/^(?:ms|milli)/i.test(word)) return 1
  return word === '' ? 1000 : (UNITS[word.charAt(0).toLowerCase()] ?? 1000)
}

function inSeconds(milliseconds: number, least: number, most: number): string {
  const bounded = Math.min(most, Math.max(least, Math.round(milliseconds)))
  return bounded % 1000 === 0 ? `${bounded / 1000}s` : `${bounded}ms`
}

/** A time such as `500ms`, `30s`, `2m`, in milliseconds; bounds in milliseconds, both included. */
export function duration(least: number, most: number): Decoder<number> {
  return refine(
    filledText,
    (text, report) => {
      const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text)
      if (!match) return report(`(${text}) is not a valid duration`, `use ${rewritten(text, least, most)}`)
      const milliseconds = Math.round(Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1))
      if (milliseconds >= least && milliseconds <= most) return milliseconds
      return report(
        `(${text}) must be from ${least / 1000}s to ${most / 1000}s`,
        `use ${inSeconds(milliseconds, least, most)}`,
      )
    },
    { type: 'string', pattern: '^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$' },
  )
}
