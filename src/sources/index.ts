/**
 * Where a sidecar's, an agent's or a library's bits come from: a kind of source is one file here.
 * First `checkSource` for all of them, which only reads and reports everything that is wrong; then `placeSource`.
 */
import { rmSync } from 'node:fs'
import type { Problems } from '../config/problems.ts'
import { checkPath, type PathRequest } from './path.ts'
import {
  type CheckedSource,
  type PlacedSource,
  placeOf,
  type SourceContext,
  type SourceRequest,
} from './source.ts'

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
  if (request.source.kind === 'path') return checkPath(request as PathRequest, context, problems)
  problems.error(placeOf(request), `a source by ${request.source.kind} is not supported yet`, 'give a path')
  return undefined
}

/**
 * Puts the bits into a folder: cleared first, nothing else in it, modes whatever the umask.
 * @throws Error with a sentence for the user; then the folder is gone
 */
export async function placeSource(checked: CheckedSource, into: string): Promise<PlacedSource> {
  try {
    return await checked.place(into)
  } catch (thrown) {
    removeQuietly(into)
    throw thrown
  }
}

/** What cannot be removed cannot be helped: the first failure is the one to tell. */
function removeQuietly(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {}
}
