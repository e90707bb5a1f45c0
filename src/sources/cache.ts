/**
 * Downloads kept between stagings, in libbuildpack's layout: `<cache>/dependencies/<sha256 of the uri>/<file name>`.
 * What lies there is only trusted as far as its sum is right.
 */
import { createHash } from 'node:crypto'
import { closeSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { openForeignFile } from '../system/foreign-file.ts'
import { withoutLinks } from '../system/links.ts'
import { hashFile } from './hash.ts'

const FOLDER = 'dependencies'
/** What a staging that was killed left half done goes when it is so old, in milliseconds. */
const STALE_PART = 60 * 60 * 1000
/** In the names of downloads that are not complete yet. */
export const PART = '.part-'

/** Where a download is kept. The app and other buildpacks can write there, so links on the way are removed. */
export function cacheEntry(cacheDir: string, uri: string): string {
  return join(withoutLinks(cacheDir, FOLDER, entryName(uri)), downloadName(uri))
}

function entryName(uri: string): string {
  return createHash('sha256').update(uri).digest('hex')
}

/** The name that a download gets: the last part of its path. */
export function downloadName(uri: string): string {
  const name = decoded(basename(new URL(uri).pathname)).replace(/[/\\\p{Cc}]/gu, '_')
  return name === '' || name === '.' || name === '..' ? 'download' : name.slice(-200)
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/**
 * Opens a kept download whose sum is right. It stays readable by this descriptor, whatever another staging does to
 * the cache. @returns undefined when there is none; `damaged` when it had another sum and was removed
 */
export function openKept(path: string, sha256: string): number | 'damaged' | undefined {
  let fd: number
  try {
    fd = openForeignFile(path, { noFollow: true })
  } catch {
    return undefined
  }
  try {
    if (hashFile(fd).sha256 === sha256) return fd
  } catch {
    // What cannot be read is as good as damaged.
  }
  closeSync(fd)
  rmSync(path, { recursive: true, force: true })
  return 'damaged'
}

/** Removes what this staging did not use. What another one is just downloading is left alone. */
export function removeUnused(cacheDir: string, usedUris: Iterable<string>, now: Date): void {
  const used = new Set([...usedUris].map(entryName))
  const folder = withoutLinks(cacheDir, FOLDER)
  for (const name of namesIn(folder)) {
    const entry = withoutLinks(folder, name)
    const parts = namesIn(entry).filter((each) => each.includes(PART))
    for (const part of parts) if (!isYoung(join(entry, part), now)) rmSync(join(entry, part), { force: true })
    const isBusy = parts.some((part) => isYoung(join(entry, part), now))
    if (!used.has(name) && !isBusy) rmSync(entry, { recursive: true, force: true })
  }
}

function isYoung(path: string, now: Date): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  // A time in the future does not mean that the file is being written: the clock was set back.
  return stats !== undefined && Math.abs(now.getTime() - stats.mtimeMs) < STALE_PART
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
