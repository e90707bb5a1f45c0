/** The five regions of a JVM's memory that the memory calculators plan, and the options that set them. */
import { goTrim } from '../../platform/trim.ts'
import { parseCalculatorSize } from './size.ts'

export type Region = 'directMemory' | 'metaspace' | 'codeCache' | 'stack' | 'heap'

/** Bytes by region; `stack` is that of one thread. */
export type Regions = Readonly<Record<Region, bigint>>

/** Both calculators: metaspace is 5800 bytes for each loaded class, and 14,000,000 bytes. */
export const METASPACE_PER_CLASS = 5800
export const METASPACE_BASE = 14_000_000

/** In the order in which calculator 4.2 prints them. */
export const regionOptions: readonly (readonly [Region, string])[] = [
  ['directMemory', '-XX:MaxDirectMemorySize='],
  ['metaspace', '-XX:MaxMetaspaceSize='],
  ['codeCache', '-XX:ReservedCodeCacheSize='],
  ['stack', '-Xss'],
  ['heap', '-Xmx'],
]

/** Bytes of the regions that the options set. The last of several wins, as in the JVM. */
export type FixedRegions = Partial<Readonly<Record<Region, bigint>>>

/**
 * The regions that JVM options set, as calculator 4.2 reads them: it splits at spaces (ignoring quotes), and ignores an
 * option with an invalid size (`-Xmx`, `-Xmx1.5G`).
 *
 * @returns the option whose number exceeds 64 bits, if there is one: the calculator fails then
 */
export function fixedRegions(jvmOptions: string): FixedRegions | { readonly tooLarge: string } {
  const fixed: Partial<Record<Region, bigint>> = {}
  for (const word of jvmOptions.split(' ')) {
    const option = goTrim(word)
    const known = regionOptions.find(([, prefix]) => option.startsWith(prefix))
    if (!known) continue
    const size = parseCalculatorSize(option.slice(known[1].length))
    if (size === 'too-large') return { tooLarge: option }
    if (size !== undefined) fixed[known[0]] = size
  }
  return fixed
}

export const METASPACE = '-XX:MaxMetaspaceSize='

/** The metaspace option for a number of loaded classes, by the calculators' rule, in whole KiB rounded up. */
export const metaspaceOption = (loadedClasses: number): string =>
  `${METASPACE}${Math.ceil((loadedClasses * METASPACE_PER_CLASS + METASPACE_BASE) / 1024)}K`
