/**
 * JSON as Go's `encoding/json` reads and writes it, for `result.json`, `staging_info.yml` and `VCAP_APPLICATION` of the
 * platform's builder and launcher. Source: the documentation of that package.
 */

/**
 * Like `Unmarshal` into an untyped value; undefined if it is not valid JSON. A number that overflows a float64 is refused, a
 * lone surrogate becomes U+FFFD.
 */
export function parseGoJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text, (_key, each: unknown) => {
      if (typeof each === 'number' && !Number.isFinite(each)) throw new RangeError('overflows a float64')
      return each
    })
    return { value }
  } catch {
    return undefined
  }
}

/**
 * Like `Marshal`: a Map is Go's map with sorted keys; an object is a struct with ordered keys, without undefined ones. `<`,
 * `>` and `&` are escaped as for HTML.
 */
export function renderGoJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderGoJson).join(',')}]`
  if (value instanceof Map)
    return renderEntries([...value].map(([k, v]) => [String(k), v] as const).sort(byKey))
  if (typeof value === 'object' && value !== null) return renderEntries(Object.entries(value))
  if (typeof value === 'string') return renderGoText(value)
  if (typeof value === 'bigint') return String(value)
  return Object.is(value, -0) ? '-0' : JSON.stringify(value)
}

/** An untyped value as from `Unmarshal`: every object is a map. */
export function goMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(goMaps)
  if (typeof value !== 'object' || value === null) return value
  return new Map(Object.entries(value).map(([key, each]) => [key, goMaps(each)]))
}

type Entry = readonly [key: string, value: unknown]

/** Sorted by the keys' UTF-8 bytes. */
const byKey = ([a]: Entry, [b]: Entry) => Buffer.compare(Buffer.from(a), Buffer.from(b))

function renderEntries(entries: readonly Entry[]): string {
  const present = entries.filter(([, each]) => each !== undefined)
  return `{${present.map(([key, each]) => `${renderGoText(key)}:${renderGoJson(each)}`).join(',')}}`
}

function renderGoText(text: string): string {
  const wellFormed = Buffer.from(text).toString()
  return JSON.stringify(wellFormed).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
