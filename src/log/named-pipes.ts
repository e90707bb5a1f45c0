/**
 * Pipes for the output of a process. Node.js's own pipes are sockets, which cannot be opened by name: a process that
 * opens `/dev/stdout` or `/dev/stderr`, as many scripts and log settings do, fails with them, but not on the platform.
 */
import { execFile } from 'node:child_process'
import { closeSync, constants, openSync, rmdirSync, unlinkSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'

/** Paths; `startIntoPipes` removes them. */
export interface NamedPipes {
  readonly stdout: string
  readonly stderr: string
}

export interface Started<Child> {
  readonly child: Child
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when no process has the writing end of either open. */
  readonly closed: Promise<unknown>
}

/** @param folder they are created in a new directory in it, which is removed with the last of them */
export async function makeNamedPipes(
  folder: string,
  processes = 1,
): Promise<readonly [NamedPipes, ...NamedPipes[]]> {
  const own = await mkdtemp(join(folder, '.pipes-'))
  const pipes = Array.from({ length: processes }, (_, at) => ({
    stdout: join(own, `${at}.out`),
    stderr: join(own, `${at}.err`),
  }))
  const paths = pipes.flatMap(({ stdout, stderr }) => [stdout, stderr])
  // Any user's process may open them again; the directory keeps other users out.
  await promisify(execFile)('mkfifo', ['-m', '666', ...paths])
  return pipes as [NamedPipes, ...NamedPipes[]]
}

/** @param start gets the descriptors for standard output and error; they are closed when it returns */
export function startIntoPipes<Child>(
  pipes: NamedPipes,
  start: (stdout: number, stderr: number) => Child,
): Started<Child> {
  const [out, err] = [openPipe(pipes.stdout), openPipe(pipes.stderr)]
  const [stdout, stderr] = [out.reader, err.reader]
  try {
    const closed = Promise.all([stdout, stderr].map((each) => finished(each).catch(() => undefined)))
    return { child: start(out.writer, err.writer), stdout, stderr, closed }
  } catch (thrown) {
    for (const each of [stdout, stderr]) each.destroy()
    throw thrown
  } finally {
    for (const each of [out, err]) closeSync(each.writer)
  }
}

/** Opens the reader first: without one, opening the writing end blocks. */
function openPipe(path: string): { readonly reader: Readable; readonly writer: number } {
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, constants.O_WRONLY)
  unlinkSync(path)
  removeEmpty(dirname(path))
  return { reader: new Socket({ fd: reader, readable: true, writable: false }), writer }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Not empty yet.
  }
}
