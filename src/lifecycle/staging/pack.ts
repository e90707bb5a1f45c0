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
import { describeExit } from '../../platform/go/exit.ts'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { InputError } from '../../problems/problems.ts'
import { sideBySide } from '../../system/side-by-side.ts'

/** Bytes. Sharing a dictionary with the previous block would save less than a percent. */
const BLOCK = 1024 * 1024

/**
 * @param onRead gets the number of bytes of the archive read so far
 * @returns the output of tar, and its failure
 * @throws InputError when the archive cannot be written, for example on a full disk
 */
export async function packDirectory(
  directory: string,
  archive: string,
  onRead: (bytes: number) => void = () => undefined,
): Promise<{ readonly output: string; readonly failure: string | undefined }> {
  const tar = spawn('tar', ['-cf', '-', '-C', directory, '.'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(tar, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  const printed = buffer(tar.stderr)
  const unwritten = await pipeline(
    blocksOf(tar.stdout, onRead),
    compressed,
    createWriteStream(archive),
  ).catch((error: NodeJS.ErrnoException) => error)
  // If the archive cannot be written, tar ends too.
  const [output, failure] = [(await printed).toString(), describeExit(...(await ended))]
  if (unwritten) throw new InputError(`cannot write ${archive}: ${describeSystemError(unwritten)}`)
  return { output, failure }
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
