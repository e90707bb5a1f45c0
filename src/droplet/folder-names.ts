const LONGEST = 64

/**
 * A directory name for each name: safe on every file system and in a shell (`A-Za-z0-9._-`, at most 64 characters, not
 * starting with a dot or dash), unique regardless of case, and deterministic. A name that is safe already is not changed.
 */
export function folderNames(names: readonly string[]): ReadonlyMap<string, string> {
  const folders = new Map<string, string>()
  const taken = new Set<string>()
  const claim = (name: string, folder: string): boolean => {
    if (taken.has(folder.toLowerCase())) return false
    taken.add(folder.toLowerCase())
    folders.set(name, folder)
    return true
  }
  for (const name of names) if (safeFolderName(name) === name) claim(name, name)
  for (const name of names) {
    if (folders.has(name)) continue
    let turn = name.length > LONGEST ? 1 : 0
    while (!claim(name, turn === 0 ? safeFolderName(name) : marked(name, turn))) turn++
  }
  return folders
}

/** Safe, but not unique. */
export function safeFolderName(name: string): string {
  const safe = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, LONGEST)
  return safe || 'sidecar'
}

/** Made unique with a digest of the original name. */
function marked(name: string, turn: number): string {
  const digest = fnv1a(turn > 1 ? `${name}${turn}` : name)
  return `${safeFolderName(name).slice(0, LONGEST - 9)}-${digest.toString(16).padStart(8, '0')}`
}

/** http://www.isthe.com/chongo/tech/comp/fnv: 32 bits. `node:crypto` would cost every staging several milliseconds to load. */
function fnv1a(text: string): number {
  return Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5)
}
