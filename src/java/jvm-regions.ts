/** The five regions of a JVM's memory that the memory calculator plans, and the options that fix them. */
import { parseCalculatorSize } from './calculator-size.ts'

export type Region = 'directMemory' | 'metaspace' | 'codeCache' | 'stack' | 'heap'

/** In the order in which the calculator prints them. */
export const regionOptions: readonly (readonly [Region, string])[] = [
  ['directMemory', '-XX:MaxDirectMemorySize='],
  ['metaspace', '-XX:MaxMetaspaceSize='],
  ['codeCache', '-XX:ReservedCodeCacheSize='],
  ['stack', '-Xss'],
  ['heap', '-Xmx'],
]

/** Bytes by region, of the regions that the options fix. The last of two wins, as it does in the JVM. */
export type FixedRegions = Partial<Readonly<Record<Region, bigint>>>

/**
 * The regions that a text of JVM options fixes, as the calculator reads it: split at blanks (quotes mean nothing),
 * and an option whose size it does not understand (`-Xmx`, `-Xmx1.5G`) is passed over.
 *
 * @returns the option whose digits do not fit 64 bits, when there is one: the calculator ends there
 */
export function fixedRegions(jvmOptions: string): FixedRegions | { readonly tooLarge: string } {
  const fixed: Partial<Record<Region, bigint>> = {}
  for (const word of jvmOptions.split(' ')) {
    const option = word.trim()
    const known = regionOptions.find(([, prefix]) => option.startsWith(prefix))
    if (!known) continue
    const size = parseCalculatorSize(withoutBlanks(option.slice(known[1].length)))
    if (size === 'too-large') return { tooLarge: option }
    if (size !== undefined) fixed[known[0]] = size
  }
  return fixed
}

/** A size that is looked for inside an option has no blanks of its own around it. */
const withoutBlanks = (text: string) => (text === text.trim() ? text : '')
