/**
 * Stops entries that overwrite each other: equal names, names that differ only in case or Unicode form, and
 * entries below a path that is not a directory (a file "through" a link).
 */
import { refuse } from './escape.ts'

type Kind = 'file' | 'folder' | 'link'

export class Names {
  readonly #known = new Map<string, { readonly path: string; readonly kind: Kind }>()

  /** Records an entry and its parent directories. @throws RefusedArchive when it clashes with another */
  claim(path: string, kind: Kind): void {
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth++)
      this.#take(parts.slice(0, depth).join('/'), 'folder', path)
    this.#take(path, kind, path)
  }

  /** Whether a regular file of exactly this name was unpacked. */
  hasFile(path: string): boolean {
    const known = this.#known.get(fold(path))
    return known?.kind === 'file' && known.path === path
  }

  #take(path: string, kind: Kind, entry: string): void {
    const key = fold(path)
    const known = this.#known.get(key)
    if (!known) {
      this.#known.set(key, { path, kind })
    } else if (known.kind !== 'folder' || kind !== 'folder') {
      refuse(entry, `clashes with ${JSON.stringify(known.path)}`)
    }
  }
}

/** Returns equal values for names that a file system may treat as the same. */
function fold(path: string): string {
  return path.normalize('NFKC').toLowerCase().toUpperCase()
}
