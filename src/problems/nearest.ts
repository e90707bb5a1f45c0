/** Suggestions for misspelled names, and the form of names in messages. */
import { posix } from 'node:path'
import { distance } from 'fastest-levenshtein'

const SHOWN = 10

/** Up to three of `names` that differ from `wanted` by a typing error or a missing directory. */
export function nearest(wanted: string, names: readonly string[]): readonly string[] {
  const base = posix.basename(wanted)
  const far = (name: string) =>
    posix.basename(name) === base
      ? 0
      : Math.min(distance(wanted, name), distance(base, posix.basename(name)) + 1)
  return names
    .map((name) => ({ name, far: far(name) }))
    .filter((each) => each.far <= Math.max(1, Math.min(3, base.length / 3)))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map((each) => each.name)
}

/** The first ten names. */
export function firstNames(names: readonly string[]): string {
  if (names.length === 0) return 'no files'
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
  return names.slice(0, SHOWN).join(', ') + more
}
