/**
 * A directory as a gzip'd tar: the system's `tar` reads it, and all cores compress. Each block is a member of its own;
 * members one after the other are one gzip file (RFC 1952, 2.2), for gzip, Go and Node.js alike.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { describePathError } from '../../platform/go/system-error.ts'
import { sideBySide } from '../../system/side-by-side.ts'

/** Bytes. Sharing a dictionary with the previous block would save less than a percent. */
const BLOCK = 1024 * 1024

/**
 * @param onRead gets the number of bytes of the archive read so far
 * @returns the output of tar, and the failure of tar or of writing
 */
export async function packDirectory(
  directory: string,
  archive: string,
  onRead: (bytes: number) => void = () => undefined,
): Promise<{ readonly output: string; readonly failure: string | undefined }> {
  const tar = spawn('tar', ['-cf', '-', '-C', directory, '.'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(tar, 'close') as Promise<[number | null, string | null]>
  const printed = buffer(tar.stderr)
  const failure = await pipeline(blocksOf(tar.stdout, onRead), compressed, createWriteStream(archive)).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => describePathError(error, archive),
  )
  const output = (await printed).toString()
  // tar fails too if its output is no longer read.
  return { output, failure: failure ?? toolFailure(...(await ended)) }
}

/** Go's description of a program's exit; undefined on success. */
export function toolFailure(status: number | null, signal: string | null): string | undefined {
  if (signal) return `signal: ${signal}`
  return status === 0 ? undefined : `exit status ${status}`
}

async function* blocksOf(stream: Readable, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = []
  let size = 0
  let read = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    read += chunk.length
    if (size < BLOCK) continue
    yield Buffer.concat(chunks)
    onRead(read)
    chunks = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(chunks)
}

function compressed(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return sideBySide(blocks, (block) => promisify(gzip)(block, { chunkSize: BLOCK }))
}
