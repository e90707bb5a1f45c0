/** Decompresses an open file with Node.js where it supports the format, else with a tool of the stack. */
import { spawn } from 'node:child_process'
import { pipeline, type Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { readPieces } from '../../system/foreign-file.ts'
import { RefusedArchive } from './escape.ts'
import type { Compression } from './formats.ts'

const CHUNK = 256 * 1024

/** The decompressed bytes. The descriptor stays open. @throws RefusedArchive when the file is damaged, Error when a tool is missing */
export async function* decompressed(
  fd: number,
  compression: Compression | undefined,
): AsyncGenerator<Buffer> {
  if (compression === undefined) yield* readPieces(fd, CHUNK)
  else if (compression === 'gzip')
    yield* throughNode(fd, zlib.createGunzip({ chunkSize: CHUNK }), compression)
  else if (compression === 'zstd' && typeof zlib.createZstdDecompress === 'function') {
    yield* throughNode(fd, zlib.createZstdDecompress({ chunkSize: CHUNK }), compression)
  } else yield* throughTool(fd, compression)
}

async function* throughNode(
  fd: number,
  decoder: Transform,
  compression: Compression,
): AsyncGenerator<Buffer> {
  try {
    yield* pipeline(readPieces(fd, CHUNK), decoder, () => undefined) as AsyncIterable<Buffer>
  } catch (thrown) {
    throw isDamage(thrown) ? damaged(compression) : thrown
  }
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
