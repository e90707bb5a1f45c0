/**
 * Opens files that do not belong to this program: those of the app, other buildpacks, a droplet, the user. Opening a named
 * pipe waits for a writer, and a device may have no end. So these files are opened without blocking, and only regular
 * files of limited size are read. test/system/foreign-file.test.ts lists the few places that open files in another way.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { InputError } from '../problems/problems.ts'
import { visibleLine } from '../problems/visible.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** Size limits in bytes. */
export const MOST = {
  /** Files written by hand, and short output of programs. */
  text: 4 * MIB,
  /** Data of programs: bound services, results, records. */
  data: 16 * MIB,
} as const

interface OpenOptions {
  /** The file's name in messages; default: its path. */
  readonly shown?: string
  /** Refuses a path that is itself a symbolic link. */
  readonly noFollow?: boolean
}

/**
 * Opens a regular file for reading. The caller closes it.
 * @throws InputError with a message that names the file
 */
export function openForeignFile(path: string | Buffer, options: OpenOptions = {}): number {
  return opened(path, options).fd
}

/**
 * Reads a whole regular file.
 * @param most bytes; a larger file is refused without reading it
 * @throws InputError with a message that names the file
 */
export function readForeignFile(path: string, most: number = MOST.text, options: OpenOptions = {}): Buffer {
  const { fd, stats } = opened(path, options)
  try {
    if (stats.size > most) throw fault(path, options, `has ${stats.size} bytes, more than ${most}`)
    // One that grows is read up to its initial size. Files of /proc have size 0 and are read to their end.
    const bytes = readBytes(fd, 0, stats.size === 0 ? most + 1 : stats.size)
    if (bytes.length > most) throw fault(path, options, `has more than ${most} bytes`)
    return bytes
  } finally {
    closeSync(fd)
  }
}

/** The same, or undefined when the file does not exist or is a broken link. */
export function readForeignFileIfThere(
  path: string,
  most: number = MOST.text,
  options: OpenOptions = {},
): Buffer | undefined {
  try {
    return readForeignFile(path, most, options)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw thrown
  }
}

/** The first bytes of a regular file; fewer if it is shorter. @throws InputError with a message that names the file */
export function readHead(path: string, length: number, options: OpenOptions = {}): Buffer {
  const fd = openForeignFile(path, options)
  try {
    return readBytes(fd, 0, length)
  } finally {
    closeSync(fd)
  }
}

/**
 * Whether the kernel can execute a file, by its beginning: an ELF header, or an interpreter line whose interpreter is named
 * within the first 256 bytes (load_script in fs/binfmt_script.c of Linux).
 */
export function startsAsProgram(path: string): boolean {
  const start = readHead(path, 256).toString('latin1')
  if (start.startsWith('\x7fELF')) return true
  if (!start.startsWith('#!')) return false
  const [line = '', rest] = start.slice(2).split('\n')
  if (rest !== undefined) return /[^ \t]/.test(line)
  return start.length < 256 || /[^ \t][^ \t\0]*[ \t\0]/.test(line)
}

/** Bytes of an open file: `length` from `position` on, fewer only at its end. */
export function readBytes(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let read = 0
  for (let now = -1; now !== 0 && read < length; read += now) {
    now = readSync(fd, bytes, read, length - read, position + read)
  }
  return bytes.subarray(0, read)
}

/**
 * All bytes of an open file, in pieces. Not a stream of Node.js's, which closes the descriptor when it is destroyed, even
 * with `autoClose: false`.
 */
export function* readPieces(fd: number, size: number): Generator<Buffer> {
  for (let at = 0; ; at += size) {
    const piece = readBytes(fd, at, size)
    if (piece.length === 0) return
    yield piece
  }
}

/** The kind of what is not a regular file, with its article. */
export function kindName(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory'
  if (stats.isFIFO()) return 'a named pipe (fifo)'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

function opened(path: string | Buffer, options: OpenOptions): { readonly fd: number; readonly stats: Stats } {
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
  const noFollow = options.noFollow ? (constants.O_NOFOLLOW ?? 0) : 0
  let fd: number
  try {
    fd = openSync(path, flags | noFollow)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    const isLink = noFollow !== 0 && code === 'ELOOP'
    throw fault(path, options, isLink ? 'is a symbolic link, expected a file' : readFailure(thrown), code)
  }
  try {
    const stats = fstatSync(fd)
    if (stats.isFile()) return { fd, stats }
    const code = stats.isDirectory() ? 'EISDIR' : undefined
    throw fault(path, options, `is ${kindName(stats)}, expected a file`, code)
  } catch (thrown) {
    closeSync(fd)
    throw thrown
  }
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ENXIO: 'is a socket, expected a file',
  ENODEV: 'is a device, expected a file',
  ENAMETOOLONG: 'has a name that is too long',
  ELOOP: 'is a circular link',
}

/** Why a file cannot be read, from a system error, in words that follow its name. */
export function readFailure(thrown: unknown): string {
  const { code = '', message } = thrown as NodeJS.ErrnoException
  return READ_FAILURES[code] ?? `cannot be read: ${message}`
}

/** @param code of the system error, for callers with their own message */
function fault(
  path: string | Buffer,
  { shown = String(path) }: OpenOptions,
  what: string,
  code?: string,
): InputError {
  return Object.assign(new InputError(`${visibleLine(shown)} ${what}`), code && { code })
}
