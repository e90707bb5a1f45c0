import type { Source } from '../config/sidecar.ts'

/** The path of a source that is a jar or war of the app or the buildpack. */
export function jarPathOf(source: Source | undefined): string | undefined {
  return source?.kind === 'path' && /\.[jw]ar$/.test(source.path) ? source.path : undefined
}
