import { closest, distance } from 'fastest-levenshtein'

/** The process type that differs from `type`, which is not among the known ones, by a typing error or swapped letters. */
export function nearestType(type: string, known: readonly string[]): string | undefined {
  const letters = (text: string) => [...text].sort().join('')
  const swapped = known.find((each) => letters(each) === letters(type))
  if (swapped !== undefined || known.length === 0) return swapped
  const meant = closest(type, [...known])
  return distance(type, meant) <= Math.max(1, type.length / 3) ? meant : undefined
}
