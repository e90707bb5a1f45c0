/** Decompresses an open file with Node.js where it supports the format, else with a tool of the stack. */
import { spawn } from 'node:child_process'
import { readSync } from 'node:fs'
import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { createGunzip } from 'node:zlib'
import type { RunningSum } from '../hash.ts'
import { RefusedArchive } from './escape.ts'
import type { Compression } from './formats.ts'

const CHUNK = 256 * 1024

/** The decompressed bytes. @param sum gets the compressed bytes that Node.js reads @throws RefusedArchive when the file is damaged, Error when a tool is missing */
export async function* decompressed(
  fd: number,
  compression: Compression | undefined,
  sum?: RunningSum,
): AsyncGenerator<Buffer> {
  if (compression === undefined) yield* readAll(fd, sum)
  else if (compression === 'gzip')
    yield* throughNode(fd, createGunzip({ chunkSize: CHUNK }), compression, sum)
  else if (compression === 'zstd' && typeof zlib.createZstdDecompress === 'function') {
    yield* throughNode(fd, zlib.createZstdDecompress({ chunkSize: CHUNK }), compression, sum)
  } else yield* throughTool(fd, compression)
}

/** Reads by position, so that the descriptor stays open and its own position does not change. */
async function* readAll(fd: number, sum: RunningSum | undefined): AsyncGenerator<Buffer> {
  for (let at = 0; ; ) {
    const piece = Buffer.allocUnsafe(CHUNK)
    const length = readSync(fd, piece, 0, CHUNK, at)
    if (length === 0) return
    sum?.update(piece.subarray(0, length))
    yield piece.subarray(0, length)
    at += length
  }
}

async function* throughNode(
  fd: number,
  decoder: Transform,
  compression: Compression,
  sum: RunningSum | undefined,
): AsyncGenerator<Buffer> {
  feed(fd, decoder, sum).catch((error) => decoder.destroy(error))
  try {
    for await (const piece of decoder) yield piece as Buffer
  } catch (thrown) {
    throw isDamage(thrown) ? damaged(compression) : thrown
  } finally {
    decoder.destroy()
  }
}

/** Reuses one buffer: with a new buffer for each piece, the garbage would be as large as the file. */
async function feed(fd: number, decoder: Transform, sum: RunningSum | undefined): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK)
  for (let at = 0; !decoder.destroyed; ) {
    const length = readSync(fd, buffer, 0, CHUNK, at)
    if (length === 0) break
    const piece = buffer.subarray(0, length)
    const done = taken(decoder, piece)
    // In parallel with the decoder, which runs in its own thread.
    sum?.update(piece)
    await done
    at += length
  }
  decoder.end()
}

/** Waits until the decoder has consumed the bytes. If it is destroyed meanwhile, its reader gets the error. */
function taken(decoder: Transform, piece: Buffer): Promise<void> {
  return new Promise((resolve) => decoder.write(piece, () => resolve()))
}

function isDamage(thrown: unknown): boolean {
  return /^(Z_|ZSTD_|ERR_ZSTD|ERR_ZLIB|ERR_BUFFER)/.test((thrown as NodeJS.ErrnoException).code ?? '')
}

const TOOLS = {
  xz: ['xz', '-dc', '--memlimit-decompress=256MiB'],
  bzip2: ['bzip2', '-dc'],
  zstd: ['zstd', '-dcq', '--memory=256MB'],
} as const

async function* throughTool(fd: number, compression: keyof typeof TOOLS): AsyncGenerator<Buffer> {
  const [command, ...args] = TOOLS[compression]
  const child = spawn(command, args, { stdio: [fd, 'pipe', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (piece: Buffer) => {
    said = (said + piece).slice(0, 1000)
  })
  const ended = new Promise<number | Error>((resolve) => child.once('error', resolve).once('close', resolve))
  try {
    yield* child.stdout as AsyncIterable<Buffer>
    const status = await ended
    if (status instanceof Error) throw missing(command, compression, status)
    if (status !== 0) throw /memory/i.test(said) ? tooMuchMemory(compression) : damaged(compression)
  } finally {
    child.kill('SIGKILL')
  }
}

function missing(command: string, compression: Compression, { code, message }: NodeJS.ErrnoException): Error {
  if (code !== 'ENOENT') return new Error(`cannot run ${command}: ${message}`)
  const newer = compression === 'zstd' ? ', and its Node.js does not support zstd (22.15+ does)' : ''
  return new Error(`it is a ${compression} archive, but this machine has no ${command}${newer}`)
}

function damaged(compression: Compression): RefusedArchive {
  return new RefusedArchive(`its ${compression} data is damaged or cut short`)
}

function tooMuchMemory(compression: Compression): RefusedArchive {
  return new RefusedArchive(`its ${compression} data takes more than 256 MiB of memory to decompress`)
}
