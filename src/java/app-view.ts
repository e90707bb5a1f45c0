/** An app's files as staging sees them: a folder, or a jar, war or zip, which `cf push` makes a folder of. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJarManifest } from './jar.ts'
import { type JarManifest, MANIFEST, parseManifest } from './jar-manifest.ts'
import { type ByteSource, withFileSync } from './zip/byte-source.ts'
import { nestedArchive, readStart } from './zip/content.ts'
import { entryAt, readDirectory, walkDirectory, type ZipEntry } from './zip/directory.ts'

export interface AppView {
  /** Names in a folder, relative to the app root (`''`); none when there is no such folder. */
  list(folder: string): readonly { readonly name: string; readonly isFolder: boolean }[]
  /** The app's own manifest. */
  manifest(): JarManifest | undefined
  /** The manifest of a jar of the app; undefined when it has none or cannot be read. */
  manifestOf(jar: string): Promise<JarManifest | undefined>
  /** A text file of the app. */
  readText(path: string): string | undefined
}

export function folderView(directory: string): AppView {
  const readText = (path: string) => attempt(() => readFileSync(join(directory, path), 'utf8'))
  return {
    list: (folder) =>
      attempt(() =>
        readdirSync(join(directory, folder), { withFileTypes: true }).map((entry) => ({
          name: entry.name,
          isFolder: entry.isDirectory(),
        })),
      ) ?? [],
    manifest: () => optional(readText(MANIFEST), parseManifest),
    manifestOf: async (jar) => attempt(() => withFileSync(join(directory, jar), jar, readJarManifest)),
    readText,
  }
}

const LONGEST_TEXT = 1024 ** 2

/** Good as long as the source is open. @throws InputError when the archive cannot be read */
export function archiveView(source: ByteSource): AppView {
  const { folders, entries } = filesBesideClasses(source)
  const readText = (path: string) => {
    const entry = entries.get(path)
    return entry && attempt(() => readStart(source, entry, LONGEST_TEXT).toString('utf8'))
  }
  return {
    list: (folder) => [...(folders.get(folder) ?? [])].map(([name, isFolder]) => ({ name, isFolder })),
    manifest: () => optional(readText(MANIFEST), parseManifest),
    manifestOf: async (jar) => {
      const entry = entries.get(jar)
      if (!entry) return undefined
      try {
        return readJarManifest(await nestedArchive(source, entry))
      } catch {
        return undefined
      }
    },
    readText,
  }
}

/** Everything but the classes in folders, of which there may be very many and whose names tell nothing. */
function filesBesideClasses(source: ByteSource) {
  const directory = readDirectory(source)
  const entries = new Map<string, ZipEntry>()
  const folders = new Map<string, Map<string, boolean>>()
  const remember = (path: string, isFolder: boolean) => {
    const slash = path.lastIndexOf('/')
    const parent = path.slice(0, Math.max(slash, 0))
    const names = folders.get(parent) ?? new Map<string, boolean>()
    if (!folders.has(parent)) {
      folders.set(parent, names)
      if (parent) remember(parent, true)
    }
    names.set(path.slice(slash + 1), isFolder)
  }
  walkDirectory(directory, (header, nameStart, nameEnd) => {
    const name = directory.bytes.toString('utf8', nameStart, nameEnd)
    if (name.endsWith('.class') && name.includes('/')) return
    const entry = entryAt(directory, header, nameStart, nameEnd)
    if (name.endsWith('/')) remember(name.slice(0, -1), true)
    else {
      remember(name, false)
      entries.set(name, entry)
    }
  })
  return { folders, entries }
}

const optional = <T, R>(value: T | undefined, use: (value: T) => R) =>
  value === undefined ? undefined : use(value)

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
