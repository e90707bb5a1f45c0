/** An app's files as staging sees them: a directory, or a jar, war or zip, which `cf push` unpacks. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { attempt } from '../system/attempt.ts'
import { readForeignFile } from '../system/foreign-file.ts'
import { type ByteSource, withFileSync } from '../zip/byte-source.ts'
import { nestedArchive, readStart } from '../zip/content.ts'
import { entryAt, readDirectory, walkDirectory, type ZipDirectory, type ZipEntry } from '../zip/directory.ts'
import { countJarClasses, type JarClasses } from './class-count.ts'
import { readManifestText } from './jar.ts'

export interface AppView {
  /** Its files and directories, but only one class file of each directory (in an archive, of each top directory). */
  paths(): AppPaths
  /** The text of a jar's `META-INF/MANIFEST.MF`; undefined if it does not exist or cannot be read. */
  manifestOf(jar: string): Promise<string | undefined>
  /** Number of classes in a jar of the app; undefined if it cannot be read. */
  classesOf(jar: string): Promise<JarClasses | undefined>
  /** A text file of the app. */
  readText(path: string): string | undefined
  /** Bytes of a file, or of all files in a directory; undefined if neither exists. */
  sizeOf(path: string): number | undefined
}

/** Relative to the app root. */
interface AppPaths {
  readonly files: readonly string[]
  /** At least those without a file. */
  readonly folders: readonly string[]
}

export function folderView(directory: string): AppView {
  const readText = (path: string) => attempt(() => readForeignFile(join(directory, path)).toString())
  return {
    paths: () => pathsOnDisk(directory),
    manifestOf: async (jar) => attempt(() => withFileSync(join(directory, jar), jar, readManifestText)),
    classesOf: async (jar) =>
      attempt(() =>
        withFileSync(join(directory, jar), jar, (source) => countJarClasses(readDirectory(source))),
      ),
    readText,
    sizeOf: (path) => attempt(() => sizeOnDisk(join(directory, path))),
  }
}

const LONGEST_TEXT = 1024 ** 2

/** Valid as long as the source is open. @throws InputError when the archive cannot be read */
export function archiveView(source: ByteSource, directory = readDirectory(source)): AppView {
  const { files, folders } = filesWithoutClasses(directory)
  const entryOf = (path: string) => {
    const header = files.get(path)
    return header === undefined ? undefined : entryAt(directory, header)
  }
  const readText = (path: string) => {
    const entry = entryOf(path)
    return entry && attempt(() => readStart(source, entry, LONGEST_TEXT).toString('utf8'))
  }
  return {
    paths: () => ({ files: [...files.keys()], folders }),
    manifestOf: (jar) => inNested(source, entryOf(jar), readManifestText),
    classesOf: (jar) => inNested(source, entryOf(jar), (nested) => countJarClasses(readDirectory(nested))),
    readText,
    sizeOf: (path) => sizeInArchive(directory, path),
  }
}

/**
 * The place of each file's header, except of the classes in directories, which may be very many and whose names are not needed;
 * and the directories that have an entry.
 */
function filesWithoutClasses(directory: ZipDirectory) {
  const files = new Map<string, number>()
  const folders: string[] = []
  const withClasses = new Set<string>()
  walkDirectory(directory, (header, nameStart, nameEnd) => {
    const name = directory.bytes.toString('utf8', nameStart, nameEnd)
    if (name.endsWith('.class') && name.includes('/')) {
      // Classes below a top directory determine the app's layout.
      const top = name.slice(0, name.indexOf('/'))
      if (withClasses.has(top)) return
      withClasses.add(top)
    }
    entryAt(directory, header)
    if (name.endsWith('/')) folders.push(name.slice(0, -1))
    else files.set(name, header)
  })
  return { files, folders }
}

async function inNested<T>(
  source: ByteSource,
  entry: ZipEntry | undefined,
  read: (nested: ByteSource) => T,
): Promise<T | undefined> {
  try {
    return entry && read(await nestedArchive(source, entry))
  } catch {
    return undefined
  }
}

function sizeOnDisk(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + (attempt(() => sizeOnDisk(join(path, name))) ?? 0), 0)
}

function sizeInArchive(directory: ZipDirectory, path: string): number | undefined {
  let size: number | undefined
  walkDirectory(directory, (header, nameStart, nameEnd) => {
    const name = directory.bytes.toString('utf8', nameStart, nameEnd)
    if (name !== path && !name.startsWith(`${path}/`)) return
    size = (size ?? 0) + entryAt(directory, header).size
  })
  return size
}

/** Does not follow links, like both Java buildpacks. */
function pathsOnDisk(directory: string): AppPaths {
  const files: string[] = []
  const folders: string[] = []
  const visit = (folder: string) => {
    let hasClass = false
    for (const entry of attempt(() => readdirSync(join(directory, folder), { withFileTypes: true })) ?? []) {
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (entry.isDirectory()) {
        folders.push(path)
        visit(path)
      } else if (!hasClass || !entry.name.endsWith('.class')) {
        files.push(path)
        hasClass ||= entry.name.endsWith('.class')
      }
    }
  }
  visit('')
  return { files, folders }
}
