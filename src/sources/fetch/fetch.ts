/**
 * Downloads files, with a checksum or without one, and tries again after a fault that may pass. Loaded only when a download is
 * needed, because the HTTP client is large.
 */
import { closeSync, copyFileSync, openSync, renameSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describeUri, isFileUri } from '../../config/uri.ts'
import { NEW_FILE, pathOfOpenFile } from '../../system/checked-file.ts'
import type { Environment } from '../../system/environment.ts'
import { openForeignFile } from '../../system/foreign-file.ts'
import { downloadName, PART } from '../cache.ts'
import { checksumMismatch } from '../checksum-mismatch.ts'
import { isHtml } from '../executability/inspect.ts'
import { readCredentials } from './credentials.ts'
import { showProgress } from './progress.ts'
import { type Transferred, transfer } from './transfer.ts'
import { TransferFault } from './transfer-fault.ts'

interface FetchOptions {
  /** Proxies, certificates, credentials. */
  readonly env: Environment
  /** Gets the lines about progress and further attempts. */
  readonly info: (text: string) => void
  /** Rewrites the current line of a terminal; absent: no terminal. */
  readonly draw?: (text: string) => void
  readonly clock: () => Date
  /** Milliseconds without a byte after which a transfer counts as stalled; 30 s. */
  readonly stallAfter?: number
  /** Waits this many milliseconds before the next attempt. */
  readonly wait?: (milliseconds: number) => Promise<void>
}

const STALL = 30_000
/** Before the second, third and fourth attempt, in milliseconds. */
const WAITS = [1000, 4000, 10_000]
const LONGEST_WAIT = 120_000

/**
 * @param uri http or https
 * @param sha256 64 lower-case hex digits
 * @param fd an open file, whose content is undefined if this throws
 * @throws Error with a message for the user, without credentials
 */
export async function fetchInto(
  uri: string,
  sha256: string,
  fd: number,
  options: FetchOptions,
): Promise<void> {
  const found = await withAttempts(uri, fd, options)
  if (found.sha256 === sha256) return
  throw checksumMismatch(describeUri(uri), sha256, { ...found, isPage: isHtml(found.head) })
}

/**
 * Fetches a file without a known checksum.
 * @param uri http, https or file
 * @param toFile first written under a temporary name, and renamed when it is complete
 * @throws Error with a message for the user, without credentials
 */
export async function fetchUnverified(uri: string, toFile: string, options: FetchOptions): Promise<void> {
  const partial = `${toFile}${PART}${process.pid}-${Math.random().toString(36).slice(2)}`
  const local = isFileUri(uri) ? openForeignFile(fileURLToPath(uri)) : undefined
  try {
    if (local !== undefined) copyFileSync(pathOfOpenFile(local, fileURLToPath(uri)), partial, NEW_FILE)
    else {
      const fd = openSync(partial, 'wx+', 0o644)
      await withAttempts(uri, fd, options).finally(() => closeSync(fd))
    }
    renameSync(partial, toFile)
  } finally {
    if (local !== undefined) closeSync(local)
    rmSync(partial, { force: true })
  }
}

async function withAttempts(uri: string, fd: number, options: FetchOptions): Promise<Transferred> {
  const credentials = readCredentials(options.env.SIDECARS_CREDENTIALS)
  if ('problem' in credentials) throw new Error(credentials.problem)
  const progress = showProgress(downloadName(uri), options)
  const wait = options.wait ?? ((milliseconds) => sleep(milliseconds))
  for (let attempt = 0; ; attempt++) {
    try {
      return await transfer(uri, fd, {
        env: options.env,
        credentials,
        clock: options.clock,
        stallAfter: options.stallAfter ?? STALL,
        onProgress: progress.update,
      })
    } catch (thrown) {
      if (!(thrown instanceof TransferFault)) throw thrown
      const pause = thrown.retryAfter ?? WAITS[attempt]
      if (!thrown.isRetryable || attempt >= WAITS.length || pause === undefined || pause > LONGEST_WAIT) {
        const attempts = attempt > 0 ? ` (${attempt + 1} attempts)` : ''
        const instead = thrown.instead === undefined ? '' : `; ${thrown.instead}`
        const what = `cannot fetch ${describeUri(uri)}: ${thrown.message}${attempts}${instead}`
        throw new Error(what, { cause: thrown })
      }
      options.info(`${describeUri(uri)}: ${thrown.message}; trying again in ${Math.ceil(pause / 1000)} s`)
      await wait(pause)
    } finally {
      progress.end()
    }
  }
}
