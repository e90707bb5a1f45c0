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
  const there = parts.filter(({ size }) => size > 0)
  const columns = there.map(({ size }) => Math.max(1, Math.floor((size / total) * width)))
  // Columns left over by rounding go to the parts that lost most; surplus columns are taken from the widest.
  const filled = Math.min(width, Math.round((there.reduce((sum, { size }) => sum + size, 0) / total) * width))
  const loss = (index: number) => ((there[index]?.size ?? 0) / total) * width - (columns[index] ?? 0)
  const indexes = () => columns.map((_, index) => index)
  while (columns.length > 0 && sum(columns) < filled) {
    const at = indexes().reduce((best, index) => (loss(index) > loss(best) ? index : best))
    columns[at] = (columns[at] ?? 0) + 1
  }
  while (sum(columns) > width) {
    const at = indexes().reduce((best, index) =>
      (columns[index] ?? 0) > (columns[best] ?? 0) ? index : best,
    )
    columns[at] = (columns[at] ?? 1) - 1
  }
  return there
    .map(({ letter }, index) => letter.repeat(columns[index] ?? 0))
    .join('')
    .padEnd(width, '.')
}

const sum = (columns: readonly number[]) => columns.reduce((all, each) => all + each, 0)
