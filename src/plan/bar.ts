/** A bar to scale, with one letter for each part. */

export interface BarPart {
  readonly letter: string
  /** Bytes. */
  readonly size: number
}

/**
 * @param total the value of the whole width; the rest is filled with dots
 * @returns exactly `width` columns; every part has at least one
 */
export function bar(parts: readonly BarPart[], total: number, width: number): string {
  const drawn = parts
    .filter(({ size }) => size > 0)
    .map((part) => ({ ...part, columns: Math.max(1, Math.floor((part.size / total) * width)) }))
  const columns = () => drawn.reduce((sum, each) => sum + each.columns, 0)
  const most = (of: (each: (typeof drawn)[number]) => number) =>
    drawn.reduce((best, each) => (of(each) > of(best) ? each : best))
  // Columns left over by rounding go to the parts that lost most; surplus columns are taken from the widest.
  const size = drawn.reduce((sum, each) => sum + each.size, 0)
  const filled = Math.min(width, Math.round((size / total) * width))
  while (columns() < filled) most((each) => (each.size / total) * width - each.columns).columns++
  while (columns() > width) most((each) => each.columns).columns--
  return drawn
    .map((each) => each.letter.repeat(each.columns))
    .join('')
    .padEnd(width, '.')
}
