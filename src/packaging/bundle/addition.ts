/** The files and directories that a run adds to the archive, with their paths in it. */
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { InputError } from '../../problems/problems.ts'
import { readHead } from '../../system/foreign-file.ts'
import { bytesContent, type Content, fileContent } from './content.ts'
import { MASKED_16 } from './zip-records.ts'

const FILE = 0o100000
const FOLDER = 0o040000
/** Class loaders open nested jars in place, so these must not be compressed. */
const NESTED_JAR = /^(?:BOOT-INF|WEB-INF)\/lib(?:-provided)?\/[^/]+\.jar$/

/** A new entry. */
export interface Addition {
  /** In the archive, with `/`, without `.` and `..`; that of a directory ends in a slash. */
  readonly path: string
  /** Unix mode with its file type: 0755 for directories and executable files, else 0644. */
  readonly mode: number
  readonly modified: Date
  /** Bytes; 0 for a directory. */
  readonly size: number
  readonly stored: boolean
  /** The name in messages. */
  readonly from: string
  /** The absolute path of the file, if it is one. */
  readonly file?: string
  /** Whether the user gave no path; it may then be in `sidecars/`. */
  readonly isDefault?: boolean
  open(): Content
}

/** One `--sidecar FILE[=PATH]`. */
interface SidecarArgument {
  readonly file: string
  /** In the archive; a trailing slash means into that directory. */
  readonly path: string
  /** Whether the user gave no path; it is then the file's name, at the root. */
  readonly isDefault: boolean
}

/** Splits `FILE[=PATH]` at the last `=`, unless a file has the whole name. */
export async function parseSidecarArgument(text: string, cwd: string): Promise<SidecarArgument> {
  const at = text.lastIndexOf('=')
  if (at <= 0 || (await exists(resolve(cwd, text))))
    return { file: text, path: basename(resolve(cwd, text)), isDefault: true }
  const file = text.slice(0, at)
  const path = text.slice(at + 1)
  return { file, path: path.endsWith('/') ? path + basename(resolve(cwd, file)) : path, isDefault: false }
}

/**
 * The entries of one `--sidecar`: the file, or the directory with its content (follows links, as `zip` does).
 * @throws InputError when the file cannot be read, or its path in the archive would be outside the app
 */
export async function additionsOf(argument: SidecarArgument, cwd: string): Promise<readonly Addition[]> {
  const path = entryPath(argument)
  const file = resolve(cwd, argument.file)
  try {
    const additions = await walk({ file, path, from: argument.file, inside: [] })
    return argument.isDefault ? additions.map((each) => ({ ...each, isDefault: true })) : additions
  } catch (error) {
    throw unreadable(error, argument.file)
  }
}

export function textAddition(path: string, text: string, modified: Date, from: string): Addition {
  const bytes = Buffer.from(text)
  return {
    path,
    mode: FILE | 0o644,
    modified,
    size: bytes.length,
    stored: false,
    from,
    open: () => bytesContent(bytes),
  }
}

interface Found {
  readonly file: string
  readonly path: string
  readonly from: string
  /** Real paths of its parent directories: following a link to one of them would never end. */
  readonly inside: readonly string[]
}

async function walk(found: Found): Promise<Addition[]> {
  const { file, path, from, inside } = found
  const info = await stat(file)
  if (info.isFile()) {
    const mode = FILE | (canBeExecuted(file, info.mode) ? 0o755 : 0o644)
    const stored = NESTED_JAR.test(path)
    return [
      {
        path,
        mode,
        modified: info.mtime,
        size: info.size,
        stored,
        from,
        file,
        open: () => fileContent(file),
      },
    ]
  }
  if (!info.isDirectory()) throw new InputError(`${from} is neither a file nor a directory`)
  const real = await realpath(file)
  if (inside.includes(real)) throw new InputError(`${from} is a link to a directory that contains it`)
  const folder: Addition = {
    path: `${path}/`,
    mode: FOLDER | 0o755,
    modified: info.mtime,
    size: 0,
    stored: true,
    from,
    open: () => bytesContent(Buffer.alloc(0)),
  }
  const names = (await readdir(file, { withFileTypes: true })).map((each: Dirent) => each.name).sort()
  const below: Addition[] = []
  for (const name of names) {
    below.push(
      ...(await walk({
        file: join(file, name),
        path: `${path}/${name}`,
        from: join(from, name),
        inside: [...inside, real],
      })),
    )
  }
  return [folder, ...below]
}

/** By its mode, or by its first bytes if there is no mode (Windows) or it was lost. */
function canBeExecuted(file: string, mode: number): boolean {
  if ((mode & 0o111) !== 0 && process.platform !== 'win32') return true
  const start = readHead(file, 4).toString('latin1')
  return start === '\x7fELF' || start.startsWith('#!')
}

function entryPath({ file, path }: SidecarArgument): string {
  const say = (what: string) =>
    new InputError(
      `--sidecar ${file}=${path}: ${what}; use a path inside the archive, for example bin/${basename(file)}`,
    )
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || isAbsolute(path)) throw say('the path is absolute')
  if (path.includes('\\') || path.includes('\0')) throw say('the path contains a backslash or NUL')
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw say('the path contains ..')
  if (parts.length === 0) throw say('the path is empty')
  const clean = parts.join('/')
  if (Buffer.byteLength(clean) >= MASKED_16) throw say('the path is too long for a zip archive')
  if (!clean.isWellFormed()) throw say('the path is not valid Unicode')
  return clean
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function unreadable(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return new InputError(`${file}: not found`)
  if (code === 'EACCES') return new InputError(`${file}: permission denied`)
  if (code === 'ELOOP') return new InputError(`${file}: circular link`)
  return error
}
