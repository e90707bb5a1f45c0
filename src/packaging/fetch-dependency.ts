/** How `package` and `vendor` get what a manifest's dependency names. */
import type { FetchDependency } from './package/package-buildpack.ts'

export interface FetchOptions {
  readonly keep: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly say: (line: string) => void
  readonly isTerminal: boolean
}

export function fetchDependency(_options: FetchOptions): FetchDependency {
  return async () => {
    throw new Error('not supported yet')
  }
}
