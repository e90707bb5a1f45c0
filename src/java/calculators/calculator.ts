/** The input and output of the Java buildpacks' memory calculators. */
import type { Regions } from './regions.ts'

/** The generations of the Java buildpack: 4.x (Ruby) and 5.x (Go). */
export type JavaBuildpack = 4 | 5

export interface CalculatorInput {
  /** As in `MEMORY_LIMIT`: `768m`. */
  readonly totalMemory: string
  /** Whole percent of the total memory that stays unused. */
  readonly headRoom: number
  readonly loadedClassCount: number
  readonly threadCount: number
  /** The value of `JAVA_OPTS`. */
  readonly jvmOptions: string
}

export type CalculatorOutcome =
  | {
      readonly kind: 'fits'
      readonly regions: Regions
      readonly headRoom: bigint
      /** The line that the calculator prints: the options that are not set yet. */
      readonly options: string
    }
  /** The calculator ends with an error, and the app crashes at each start. */
  | {
      readonly kind: 'too-little'
      readonly needed: bigint
      readonly regions: Regions
    }
  /** The calculator rejects its input. */
  | { readonly kind: 'malformed'; readonly what: string }

export const malformed = (what: string): CalculatorOutcome => ({ kind: 'malformed', what })
