/** What counts below this take is computed once: samples are small, and logarithms are most of the work. */
const TABLED = 2048
let table: Float64Array | undefined

/** Bits that symbols take with the best code of their own: how often each occurs, together `total` times. */
export function entropyBits(counts: Uint32Array, total: number): number {
  table ??= Float64Array.from({ length: TABLED }, (_, count) => (count < 2 ? 0 : count * Math.log2(count)))
  let bits = total < 2 ? 0 : total * Math.log2(total)
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const count = counts[symbol] as number
    bits -= count < TABLED ? (table[count] as number) : count * Math.log2(count)
  }
  return bits
}
