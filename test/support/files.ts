/** Files and folders of tests. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removedAtEnd } from './cleanup.ts'

/** The checkout. */
export const ROOT = join(import.meta.dirname, '../..')

/** By path. Text that starts with `#!` is executable. */
export type Files = Readonly<
  Record<
    string,
    | string
    | Uint8Array
    | { readonly link: string }
    | { readonly text: string | Uint8Array; readonly mode: number }
  >
>

/** A new folder with these files, removed after the last test of the file. */
export function temporaryFolder(files: Files = {}, prefix = 'test-'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)))
  removedAtEnd({ remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) })
  writeFiles(folder, files)
  return folder
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const to = join(folder, path)
    mkdirSync(dirname(to), { recursive: true })
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, to)
    else if (typeof content === 'object' && 'mode' in content) {
      writeFileSync(to, content.text)
      chmodSync(to, content.mode)
    } else {
      writeFileSync(to, content)
      chmodSync(to, String(content.slice(0, 2)) === '#!' ? 0o755 : 0o644)
    }
  }
}

/** `path mode content` or `path -> target` of everything in a folder. */
export function listing(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below))
    .sort()
    .flatMap((name) => {
      const path = below === '' ? name : `${below}/${name}`
      const stats = lstatSync(join(folder, path))
      if (stats.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(folder, path))}`]
      const mode = (stats.mode & 0o7777).toString(8)
      if (stats.isDirectory()) return [`${path}/ ${mode}`, ...listing(folder, path)]
      return [
        `${path} ${mode} ${stats.size <= 200 ? readFileSync(join(folder, path), 'latin1').trim() : `${stats.size} bytes`}`,
      ]
    })
}
