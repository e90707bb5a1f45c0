/**
 * A download out of the cache, hashed and unpacked in one pass. It had the right sum when it was put there, so it is
 * as a rule still right: it is unpacked beside its place while it is hashed, and gets there when the sum is right.
 * (What has never been checked, as a `file:` URI, is not given to any decompressor before.)
 */
import { closeSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describeUri } from '../config/uri.ts'
import { openForeignFile } from '../system/foreign-file.ts'
import type { Unpacked } from './archives/unpack.ts'
import { cacheEntry, downloadName } from './cache.ts'
import { isLocal, type Wanted } from './download.ts'
import { RunningSum } from './hash.ts'
import type { SourceContext } from './source.ts'
import { makeFolder } from './write-failure.ts'

/** @returns undefined when there is none that is right; one that is damaged is removed @throws as `unpack` does */
export async function unpackKept(
  wanted: Wanted,
  { cacheDir, log }: SourceContext,
  into: string,
): Promise<Unpacked | undefined> {
  if (cacheDir === undefined || isLocal(wanted)) return undefined
  const entry = cacheEntry(cacheDir, wanted.uri)
  const fd = openIfThere(entry)
  if (fd === undefined) return undefined
  const said = describeUri(wanted.uri)
  // No sidecar's folder begins with a dot.
  const unchecked = join(dirname(into), `.${basename(into)}-unchecked`)
  try {
    const { sum, outcome } = await unpackHashed(fd, downloadName(wanted.uri), unchecked)
    if (sum !== wanted.sha256) {
      rmSync(entry, { recursive: true, force: true })
      log.info(`${said} in the cache has another sum: fetching it again`)
      return undefined
    }
    log.info(`${said} is in the cache`)
    if ('failure' in outcome) throw outcome.failure
    rmSync(into, { recursive: true, force: true })
    renameSync(unchecked, into)
    return outcome
  } finally {
    closeSync(fd)
    rmSync(unchecked, { recursive: true, force: true })
  }
}

interface Hashed {
  /** Undefined when the file cannot be read, which is as good as damaged. */
  readonly sum: string | undefined
  /** What a damaged file fails with says nothing of the archive. */
  readonly outcome: Unpacked | { readonly failure: unknown }
}

async function unpackHashed(fd: number, name: string, into: string): Promise<Hashed> {
  const sum = new RunningSum()
  const outcome = await unpackFresh(fd, name, into, sum).catch((failure: unknown) => ({ failure }))
  try {
    return { sum: sum.finish(fd).sha256, outcome }
  } catch {
    return { sum: undefined, outcome }
  }
}

async function unpackFresh(fd: number, name: string, into: string, sum: RunningSum): Promise<Unpacked> {
  const { unpack } = await import('./archives/unpack.ts')
  rmSync(into, { recursive: true, force: true })
  makeFolder(into)
  return unpack(fd, name, into, sum)
}

function openIfThere(path: string): number | undefined {
  try {
    return openForeignFile(path, { noFollow: true })
  } catch {
    return undefined
  }
}
