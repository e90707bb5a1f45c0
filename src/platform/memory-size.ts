/**
 * Memory sizes as Cloud Foundry writes them (`256M`, `256MB`, `1G`, `1.5G`, `262144K`), and their rules.
 * Source: the `bytefmt` package of the platform, which Cloud Controller's parser follows: binary units,
 * case-insensitive, a unit is required.
 */

/** A whole number of bytes. */
export interface MemorySize {
  readonly bytes: number
}

const KIB = 1024
const UNITS: Readonly<Record<string, number>> = { B: 1, K: KIB, M: KIB ** 2, G: KIB ** 3, T: KIB ** 4 }

export const MIB = KIB ** 2

/** Bytes of a string in CF's units, or undefined if it is not a size. `1.5G` → 1610612736. */
export function parseMemoryText(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(?:([KMGT])(?:B|IB)?|B)$/i.exec(text.trim())
  if (!match?.[1]) return undefined
  const bytes = Number(match[1]) * (UNITS[(match[2] ?? 'B').toUpperCase()] ?? 1)
  return Number.isFinite(bytes) ? bytes : undefined
}

/** @param megabytes a whole number of MiB, the platform's MB */
export function megabytes(megabytes: number): MemorySize {
  return Object.freeze({ bytes: megabytes * MIB })
}

/** Whole MiB, as in `launch.yml` and the API. */
export function toMegabytes({ bytes }: MemorySize): number {
  return Math.floor(bytes / MIB)
}

/** `256M`, `1G`: in the largest unit that divides it evenly, as the platform's tools print it. */
export function describeMemory({ bytes }: MemorySize): string {
  const unit = ['T', 'G', 'M', 'K'].find((each) => bytes > 0 && bytes % (UNITS[each] ?? 1) === 0)
  return unit ? `${bytes / (UNITS[unit] ?? 1)}${unit}` : `${bytes}B`
}
