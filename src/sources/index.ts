/**
 * Where the files of a sidecar, an agent or a library come from. Each kind of source is one module here.
 * First `checkSource` for all of them, which only reads and reports all problems; then `placeSource`.
 */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Problems } from '../problems/problems.ts'
import type { DependencyRequest } from './dependency.ts'
import { checkPath, type PathRequest } from './path.ts'
import type { CheckedSource, PlacedSource, SourceContext, SourceRequest } from './source.ts'

export type {
  CheckedSource,
  ExecutableKind,
  PlacedExecutable,
  PlacedSource,
  SourceContext,
  SourceRequest,
  SourceUse,
} from './source.ts'

/** Reads, writes nothing. @returns undefined when errors were reported */
export async function checkSource(
  request: SourceRequest,
  context: SourceContext,
  problems: Problems,
): Promise<CheckedSource | undefined> {
  const { source } = request
  switch (source.kind) {
    case 'path':
      return checkPath(request as PathRequest, context, problems)
    case 'uri': {
      const { checkDownload } = await import('./uri.ts')
      return checkDownload(source, request, context, problems)
    }
    case 'dependency': {
      const [{ findDependency }, { checkDownload }] = await Promise.all([
        import('./dependency.ts'),
        import('./uri.ts'),
      ])
      const wanted = findDependency(request as DependencyRequest, context, problems)
      return wanted && checkDownload(wanted, request, context, problems)
    }
    case 'deps':
      throw new Error('a source in deps is found at start')
  }
}

/**
 * Writes the files of the source into a directory, which is cleared first. Modes do not depend on the umask.
 * @throws Error with a message for the user; the directory is removed then
 */
export async function placeSource(checked: CheckedSource, into: string): Promise<PlacedSource> {
  try {
    return await checked.place(into)
  } catch (thrown) {
    // The failure that led here is the one to report. Not with node:fs/promises, which would slow each start of supply.
    try {
      rmSync(into, { recursive: true, force: true })
    } catch {}
    throw thrown
  }
}

/** Removes unused downloads from the cache. Called once at the end of a staging, with all of its sources. */
export async function cleanCache(
  used: readonly CheckedSource[],
  { cacheDir, clock }: SourceContext,
): Promise<void> {
  if (cacheDir === undefined || !existsSync(join(cacheDir, 'dependencies'))) return
  const { removeUnused } = await import('./cache.ts')
  const uris = used.map((each) => each.cachedUri).filter((each) => each !== undefined)
  removeUnused(cacheDir, uris, clock())
}
