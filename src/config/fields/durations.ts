import { type Decoder, refine } from '../decode/decoder.ts'
import { filledText } from '../decode/scalars.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A time such as `500ms`, `30s`, `2m`, in milliseconds; bounds in milliseconds, both included. */
export function duration(least: number, most: number): Decoder<number> {
  return refine(
    filledText,
    (text, report) => {
      const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text)
      if (!match)
        return report(
          `(${text}) is no time`,
          /^\d+$/.test(text) ? `write a unit: ${text}s` : 'write such as 500ms, 30s, 2m',
        )
      const milliseconds = Math.round(Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1))
      if (milliseconds >= least && milliseconds <= most) return milliseconds
      return report(`(${text}) must be from ${least / 1000}s to ${most / 1000}s`)
    },
    { type: 'string', pattern: '^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$' },
  )
}
