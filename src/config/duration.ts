/** Times as users write them: `500ms`, `30s`, `2m`, `1h`. */

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** @returns milliseconds; undefined without a unit, or when it is not a time */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text)
  return match ? Math.round(Number(match[1]) * unitOf(match[2])) : undefined
}

/**
 * What is wrong with a time, and what to use instead; undefined when nothing is.
 * @param least milliseconds, as `most`; both are allowed
 */
export function durationFault(
  text: string,
  least: number,
  most: number,
): { readonly what: string; readonly instead: string } | undefined {
  const milliseconds = parseDuration(text)
  if (milliseconds === undefined)
    return { what: 'is not a valid duration', instead: `use ${rewritten(text, least, most)}` }
  if (milliseconds >= least && milliseconds <= most) return undefined
  return {
    what: `must be from ${least / 1000}s to ${most / 1000}s`,
    instead: `use ${inSeconds(milliseconds, least, most)}`,
  }
}

/** `5 sec`, `1m30s`, `2 minutes` and a bare number of seconds as one duration within the bounds. */
function rewritten(text: string, least: number, most: number): string {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/gi)]
  const sum = parts.reduce((total, [, number, unit]) => total + Number(number) * unitOf(unit), 0)
  return inSeconds(parts.length === 0 ? 30_000 : sum, least, most)
}

/** The milliseconds of a unit, by its first letter; without one, of a second. */
function unitOf(word = ''): number {
  if (/^(?:ms|milli)/i.test(word)) return 1
  return UNITS[word.charAt(0).toLowerCase()] ?? 1000
}

function inSeconds(milliseconds: number, least: number, most: number): string {
  const bounded = Math.min(most, Math.max(least, Math.round(milliseconds)))
  return bounded % 1000 === 0 ? `${bounded / 1000}s` : `${bounded}ms`
}
