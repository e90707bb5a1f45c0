import type { Source } from './sidecar.ts'
import { describeUri } from './uri.ts'

/** A path, a path below `deps/<i>` of another buildpack, a dependency with its version range, or a URI without secrets. */
export function describeSource(source: Source): string {
  switch (source.kind) {
    case 'path':
      return source.path
    case 'deps':
      return source.deps
    case 'dependency':
      return [source.dependency, source.version].filter(Boolean).join(' ')
    case 'uri':
      return describeUri(source.uri)
  }
}
