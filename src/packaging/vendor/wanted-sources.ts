/** Lists the sources of a `sidecars.yml`: those of sidecars, agents and libraries. */
import { posix } from 'node:path'
import type { Source } from '../../config/sidecar.ts'
import type { SidecarsYml } from '../../config/sidecars-yml.ts'
import type { SourceUse } from '../../sources/index.ts'

/** A source with its owner and use. */
export interface WantedSource {
  readonly owner: string
  readonly source: Source
  readonly use: SourceUse
}

/** In the order of the text. */
export function wantedSources(config: SidecarsYml): readonly WantedSource[] {
  return [
    ...(config.sidecars ?? []).flatMap(({ name, source, command }) =>
      source ? [{ owner: name?.value ?? 'sidecar', source, use: command ? 'command' : 'run' } as const] : [],
    ),
    ...[...(config.java?.agents ?? []), ...(config.java?.libraries ?? [])].map(
      ({ source }) => ({ owner: jarName(source), source, use: 'jar' }) as const,
    ),
  ]
}

function jarName(source: Source): string {
  if (source.kind === 'dependency') return source.dependency
  const path =
    source.kind === 'path' ? source.path : source.kind === 'deps' ? source.deps : new URL(source.uri).pathname
  return posix.basename(path).replace(/\.jar$/i, '') || 'library'
}
