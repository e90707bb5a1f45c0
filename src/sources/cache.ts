/**
 * Downloads kept between stagings, in libbuildpack's layout: `<cache>/dependencies/<sha256 of the uri>/<file name>`.
 * Other programs can write there, so a file is only used if its checksum matches.
 */
import { createHash } from 'node:crypto'
import { closeSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { percentDecoded } from '../config/uri.ts'
import { attempt } from '../system/attempt.ts'
import { openForeignFile } from '../system/foreign-file.ts'
import { withoutLinks } from '../system/links.ts'
import { hashFile } from './hash.ts'

const FOLDER = 'dependencies'
/** A partial download of a killed staging is removed when it is older than this, in milliseconds. */
const STALE_PART = 60 * 60 * 1000
/** Marks the file names of incomplete downloads. */
export const PART = '.part-'

/** Path of a download in the cache. The app and other buildpacks can write there, so links in the path are removed. */
export function cacheEntry(cacheDir: string, uri: string): string {
  return join(withoutLinks(cacheDir, FOLDER, entryName(uri)), downloadName(uri))
}

function entryName(uri: string): string {
  return createHash('sha256').update(uri).digest('hex')
}

/** The file name of a download: the last part of its URI path. */
export function downloadName(uri: string): string {
  const name = percentDecoded(basename(new URL(uri).pathname)).replace(/[/\\\p{Cc}]/gu, '_')
  return name === '' || name === '.' || name === '..' ? 'download' : lastBytes(name, LONGEST_NAME)
}

/** Bytes. File systems allow 255; the name of an incomplete download is longer. */
const LONGEST_NAME = 200

/** The end of a text, whole characters only. */
function lastBytes(text: string, most: number): string {
  return Buffer.from(text)
    .subarray(-most)
    .toString()
    .replace(/^\ufffd+/, '')
}

/**
 * Opens a cached download whose checksum matches. It stays readable by this descriptor even if another staging
 * changes the cache. @returns undefined when there is no file; `damaged` when its checksum differed. What cannot be used
 * is removed, if possible
 */
export function openKept(path: string, sha256: string): number | 'damaged' | undefined {
  let fd: number
  try {
    fd = openForeignFile(path, { noFollow: true })
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') ifPossible(() => remove(path))
    return undefined
  }
  try {
    if (hashFile(fd).sha256 === sha256) return fd
  } catch {
    // An unreadable file counts as damaged.
  }
  closeSync(fd)
  ifPossible(() => remove(path))
  return 'damaged'
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true })
}

/** A staging does not fail because it cannot write the cache, or because another staging changes the cache. */
function ifPossible(change: () => void): void {
  try {
    change()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === undefined) throw thrown
  }
}

/** Removes entries that this staging did not use, except those that another staging is downloading. */
export function removeUnused(cacheDir: string, usedUris: Iterable<string>, now: Date): void {
  const used = new Set([...usedUris].map(entryName))
  ifPossible(() => {
    const folder = withoutLinks(cacheDir, FOLDER)
    for (const name of namesIn(folder)) ifPossible(() => cleanEntry(folder, name, used.has(name), now))
  })
}

function cleanEntry(folder: string, name: string, isUsed: boolean, now: Date): void {
  const entry = withoutLinks(folder, name)
  const parts = namesIn(entry).filter((each) => each.includes(PART))
  const isBusy = parts.some((part) => isYoung(join(entry, part), now))
  if (!isUsed && !isBusy) remove(entry)
  else for (const part of parts) if (!isYoung(join(entry, part), now)) remove(join(entry, part))
}

function isYoung(path: string, now: Date): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  // A time far in the future does not mean that the file is being written: the clock may have been set back.
  return stats !== undefined && Math.abs(now.getTime() - stats.mtimeMs) < STALE_PART
}

function namesIn(folder: string): readonly string[] {
  return attempt(() => readdirSync(folder)) ?? []
}
