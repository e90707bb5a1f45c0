/**
 * The directory that an archive is unpacked into. Every format passes its entries here, so that each check exists once.
 * Links are made at the end, so that no file is written through a link.
 */
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { isProgramHead } from '../executability/inspect.ts'
import { Bounds } from './bomb.ts'
import { Names } from './clash.ts'
import { refuse, refuseLinkOut, safePath } from './escape.ts'

const FOLDER_MODE = 0o755
const PROGRAM_MODE = 0o755

interface FileWriter {
  write(piece: Buffer): void
  /** Sets the mode as for files of the app (copy.ts): independent of the umask, without set-id bits. */
  close(): void
}

export class Target {
  readonly #root: string
  readonly #bounds: Bounds
  readonly #names = new Names()
  readonly #folders = new Set<string>()
  readonly #links: { readonly path: string; readonly target: string }[] = []
  readonly #files: string[] = []
  #bytes = 0

  /** @param root an empty directory @param packed the archive's size in bytes */
  constructor(root: string, packed: number) {
    this.#root = root
    this.#bounds = new Bounds(packed)
  }

  folder(name: string): void {
    this.#bounds.entry(0)
    const path = safePath(name)
    if (path === '') return
    this.#names.claim(path, 'folder')
    this.#makeFolders(path)
  }

  /** @param mode 0: not given @param announced its size according to the archive */
  file(name: string, mode: number, announced: number): FileWriter {
    this.#bounds.entry(announced)
    const path = safePath(name)
    if (path === '') refuse(name, 'is a file without a name')
    this.#names.claim(path, 'file')
    this.#makeFolders(dirname(path))
    this.#files.push(path)
    return fileWriter(join(this.#root, path), mode, (count) => {
      this.#bounds.bytes(count)
      this.#bytes += count
    })
  }

  link(name: string, target: string): void {
    this.#bounds.entry(0)
    const path = safePath(name)
    if (path === '') refuse(name, 'is a link without a name')
    refuseLinkOut(path, target)
    this.#names.claim(path, 'link')
    this.#links.push({ path, target })
  }

  /** The target of a hard link must be an earlier file of the archive. */
  hardLink(name: string, target: string): void {
    this.#bounds.entry(0)
    const path = safePath(name)
    const existing = safePath(target)
    if (!this.#names.hasFile(existing))
      refuse(name, `is a hard link to ${target}, which is not a file of the archive`)
    this.#names.claim(path, 'file')
    this.#makeFolders(dirname(path))
    linkSync(join(this.#root, existing), join(this.#root, path))
    this.#files.push(path)
  }

  special(name: string, what: string): never {
    return refuse(name, `is ${what}`)
  }

  /** Makes the links and checks their real targets. @returns the files and links, sorted */
  finish(): { readonly files: readonly string[]; readonly bytes: number } {
    for (const { path, target } of this.#links) {
      this.#makeFolders(dirname(path))
      symlinkSync(target, join(this.#root, path))
    }
    const root = realpathSync.native(this.#root)
    for (const { path, target } of this.#links) {
      const real = realpath(join(root, path))
      if (real === 'loop') refuse(path, 'is a circular link')
      if (real !== undefined && real !== root && !real.startsWith(root + sep)) {
        refuse(path, `is a link out of the archive, to ${target}`)
      }
    }
    return { files: [...this.#files, ...this.#links.map(({ path }) => path)].sort(), bytes: this.#bytes }
  }

  #makeFolders(path: string): void {
    if (path === '.' || this.#folders.has(path)) return
    this.#makeFolders(dirname(path))
    mkdirSync(join(this.#root, path))
    chmodSync(join(this.#root, path), FOLDER_MODE)
    this.#folders.add(path)
  }
}

/** Writes a new file, piece by piece. */
function fileWriter(path: string, mode: number, count: (bytes: number) => void): FileWriter {
  const fd = openSync(path, 'wx', 0o600)
  let isProgram: boolean | undefined
  return {
    write(piece) {
      count(piece.length)
      isProgram ??= isProgramHead(piece, path)
      for (let done = 0; done < piece.length; ) done += writeSync(fd, piece, done)
    },
    close() {
      closeSync(fd)
      const isExecutable = (mode & 0o111) !== 0 || isProgram === true
      chmodSync(path, isExecutable ? PROGRAM_MODE : (mode & 0o777 || 0o644) | 0o400)
    },
  }
}

function realpath(path: string): string | 'loop' | undefined {
  try {
    // Plain `realpathSync` resolves `link/..` to the directory that contains the link.
    return realpathSync.native(path)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ELOOP' ? 'loop' : undefined
  }
}
