/**
 * Hashes and unpacks a download of the cache in one pass. Its checksum matched when it was stored, so it nearly
 * always still does: it is unpacked into a temporary directory while it is hashed, and moved when the checksum matches.
 * (A file that was never checked, for example behind a `file:` URI, is hashed before it is decompressed.)
 */
import { closeSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describeUri } from '../config/uri.ts'
import { openForeignFile } from '../system/foreign-file.ts'
import { makeFolder } from '../system/write-failure.ts'
import type { Unpacked } from './archives/unpack.ts'
import { cacheEntry, downloadName } from './cache.ts'
import { isLocal, type WantedDownload } from './download.ts'
import { RunningSum } from './hash.ts'
import type { SourceContext } from './source.ts'

/** @returns undefined when the cache has no intact copy; a damaged one is removed @throws as `unpack` does */
export async function unpackKept(
  wanted: WantedDownload,
  { cacheDir, log }: SourceContext,
  into: string,
): Promise<Unpacked | undefined> {
  if (cacheDir === undefined || isLocal(wanted)) return undefined
  const entry = cacheEntry(cacheDir, wanted.uri)
  const fd = openIfThere(entry)
  if (fd === undefined) return undefined
  const said = describeUri(wanted.uri)
  // No directory of a sidecar begins with a dot.
  const unchecked = join(dirname(into), `.${basename(into)}-unchecked`)
  try {
    const { sum, outcome } = await unpackHashed(fd, downloadName(wanted.uri), unchecked)
    if (sum !== wanted.sha256) {
      rmSync(entry, { recursive: true, force: true })
      log.info(`${said} in the cache has a different checksum; downloading it again`)
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
  /** Undefined when the file cannot be read, which counts as damaged. */
  readonly sum: string | undefined
  /** Why unpacking failed. Only meaningful if the checksum matches. */
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
