import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Everything below a folder: its path, its mode, and what is in it. */
export function tree(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const stats = lstatSync(join(folder, path))
      const mode = (stats.mode & 0o7777).toString(8)
      if (stats.isSymbolicLink()) return `${path} -> ${readlinkSync(join(folder, path))}`
      if (stats.isDirectory()) return `${path}/ ${mode}`
      const sum = createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex')
      return `${path} ${mode} ${stats.size} ${sum.slice(0, 16)}`
    })
}
