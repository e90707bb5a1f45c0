/** Provides a file with the expected checksum, as an open file: from the disk, from the cache, or by a download. */
import { closeSync, mkdtempSync, openSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeUri, isFileUri } from '../config/uri.ts'
import { openForeignFile } from '../system/foreign-file.ts'
import { makeFolder, writeFailure } from '../system/write-failure.ts'
import { cacheEntry, openKept, PART } from './cache.ts'
import { checksumMismatch } from './checksum-mismatch.ts'
import { hashFile } from './hash.ts'
import type { SourceContext } from './source.ts'

export interface WantedDownload {
  readonly uri: string
  /** 64 lower-case hex digits. */
  readonly sha256: string
  /** A file to use instead of a download: a cached buildpack includes it. */
  readonly carried?: string
  /** Name and version of a dependency. */
  readonly release?: string
}

/** Whether the file is on this machine, outside the cache. */
export function isLocal({ uri, carried }: WantedDownload): boolean {
  return carried !== undefined || isFileUri(uri)
}

/** @returns its descriptor, open for reading; the caller closes it. @throws Error with a sentence for the user */
export async function obtain(wanted: WantedDownload, context: SourceContext): Promise<number> {
  if (wanted.carried !== undefined) return openVerified(wanted.carried, wanted)
  if (isFileUri(wanted.uri)) return openVerified(fileURLToPath(wanted.uri), wanted)
  return keptOrFetched(wanted, context)
}

function openVerified(path: string, { uri, sha256 }: WantedDownload): number {
  const fd = openForeignFile(path, { shown: `cannot read ${describeUri(uri)}: it` })
  try {
    const found = hashFile(fd)
    if (found.sha256 === sha256) return fd
    throw checksumMismatch(describeUri(uri), sha256, found)
  } catch (thrown) {
    closeSync(fd)
    throw thrown
  }
}

async function keptOrFetched(wanted: WantedDownload, context: SourceContext): Promise<number> {
  const { cacheDir, log } = context
  // A link in its path may be impossible to remove.
  const path = cacheDir === undefined ? undefined : inCache(context, () => cacheEntry(cacheDir, wanted.uri))
  if (path === undefined) return fetchToTemporary(wanted, context)
  const kept = openKept(path, wanted.sha256)
  if (typeof kept === 'number') {
    log.info(`${describeUri(wanted.uri)} is in the cache`)
    return kept
  }
  if (kept === 'damaged')
    log.info(`${describeUri(wanted.uri)} in the cache has a different checksum; downloading it again`)
  return fetchToCache(path, wanted, context)
}

/** The descriptor stays good when another staging replaces or removes the entry. */
async function fetchToCache(path: string, wanted: WantedDownload, context: SourceContext): Promise<number> {
  const partial = `${path}${PART}${process.pid}-${Math.random().toString(36).slice(2)}`
  const fd = inCache(context, () => {
    makeFolder(dirname(partial))
    return openSync(partial, 'wx+', 0o644)
  })
  if (fd === undefined) return fetchToTemporary(wanted, context)
  try {
    await fetchInto(fd, wanted, context)
  } catch (thrown) {
    rmSync(partial, { force: true })
    throw thrown
  }
  keep(partial, path, context)
  return fd
}

/** @returns undefined when the cache cannot be written: staging continues without it */
function inCache<T>({ log }: SourceContext, use: () => T): T | undefined {
  try {
    return use()
  } catch (thrown) {
    log.info(`Cannot write the cache: ${writeFailure(thrown)}`)
    return undefined
  }
}

/** Fails if another staging has just cleaned the cache; the next staging then downloads the file again. */
function keep(partial: string, path: string, { log }: SourceContext): void {
  try {
    renameSync(partial, path)
  } catch (thrown) {
    log.debug(`not kept in the cache: ${(thrown as Error).message}`)
    rmSync(partial, { force: true })
  }
}

async function fetchToTemporary(wanted: WantedDownload, context: SourceContext): Promise<number> {
  const fd = openTemporary()
  await fetchInto(fd, wanted, context)
  return fd
}

/** A file without a name. */
function openTemporary(): number {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'sidecar-download-'))
    const fd = openSync(join(folder, 'download'), 'wx+', 0o600)
    // The descriptor stays good.
    rmSync(folder, { recursive: true, force: true })
    return fd
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'the directory does not exist' : writeFailure(thrown)
    throw new Error(`cannot write a download to ${tmpdir()}: ${why}; set TMPDIR to another directory`)
  }
}

/** Closes the file if it fails. */
async function fetchInto(fd: number, { uri, sha256 }: WantedDownload, context: SourceContext): Promise<void> {
  const { env, log, clock, draw } = context
  log.info(`Downloading ${describeUri(uri)}`)
  const { fetchInto } = await import('./fetch/fetch.ts')
  try {
    await fetchInto(uri, sha256, fd, { env, clock, info: log.info, ...(draw && { draw }) })
  } catch (thrown) {
    closeSync(fd)
    throw thrown
  }
}
