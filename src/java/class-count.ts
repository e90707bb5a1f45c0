/**
 * Classes of an app, counted as Java buildpack 5.x counts them for the memory calculator: `.class` and `.groovy`
 * files, and the entries of that kind in every `.jar`. A jar that cannot be read counts nothing there.
 * An archive counts as what `cf push` makes of it: its entries are the app's files, its jars the app's jars.
 */
import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../config/problems.ts'
import { type ByteSource, withFileSync } from '../zip/byte-source.ts'
import { nestedArchive } from '../zip/content.ts'
import { entryAt, readDirectory, walkDirectory, type ZipDirectory, type ZipEntry } from '../zip/directory.ts'

export interface ClassCount {
  readonly classes: number
  /** Jars that could not be read, with the reason: they count nothing, on the platform as here. */
  readonly unreadable: readonly string[]
}

/** Classes of the JRE itself, from Java 9 on. */
const JRE_CLASSES = 42_215
const LOADED_SHARE = 0.35

/** What the buildpack takes where it comes to none. */
const COUNT_OF_NONE = 6300

/** The class count that the buildpack gives to the calculator. @param javaVersion major, 8 or more */
export function loadedClassCount(classes: number, javaVersion: number): number {
  return Math.floor((classes + (javaVersion >= 9 ? JRE_CLASSES : 0)) * LOADED_SHARE) || COUNT_OF_NONE
}

/** @param directory an app's folder; links to folders are not followed, links to jars are */
export function countClassesInFolder(directory: string): ClassCount {
  let classes = 0
  const unreadable: string[] = []
  const visit = (folder: string, path: string) => {
    for (const entry of listed(folder)) {
      const file = join(folder, entry.name)
      const name = path ? `${path}/${entry.name}` : entry.name
      if (entry.isDirectory()) visit(file, name)
      else if (isClass(entry.name)) classes++
      else if (entry.name.endsWith('.jar')) {
        classes += orUnreadable(unreadable, name, () =>
          withFileSync(file, name, (source) => countClassEntries(readDirectory(source))),
        )
      }
    }
  }
  visit(directory, '')
  return { classes, unreadable }
}

/** @throws InputError when the archive itself cannot be read */
export async function countClassesInArchive(source: ByteSource): Promise<ClassCount> {
  const directory = readDirectory(source)
  const jars: ZipEntry[] = []
  const unreadable: string[] = []
  let classes = 0
  walkDirectory(directory, (header, nameStart, nameEnd) => {
    if (namesClass(directory.bytes, nameEnd)) classes++
    else if (endsWith(directory.bytes, nameEnd, JAR))
      jars.push(entryAt(directory, header, nameStart, nameEnd))
  })
  for (const jar of jars) {
    try {
      classes += countClassEntries(readDirectory(await nestedArchive(source, jar)))
    } catch (error) {
      unreadable.push(reason(error))
    }
  }
  return { classes, unreadable }
}

/** Classes that a jar lists. */
export function countClassEntries(directory: ZipDirectory): number {
  let classes = 0
  walkDirectory(directory, (_header, _nameStart, nameEnd) => {
    if (namesClass(directory.bytes, nameEnd)) classes++
  })
  return classes
}

const CLASS = Buffer.from('.class')
const GROOVY = Buffer.from('.groovy')
const JAR = Buffer.from('.jar')

const isClass = (name: string) => name.endsWith('.class') || name.endsWith('.groovy')

function namesClass(bytes: Buffer, nameEnd: number): boolean {
  return endsWith(bytes, nameEnd, CLASS) || endsWith(bytes, nameEnd, GROOVY)
}

/** Directories end in a slash, so that none is taken for a file here. */
function endsWith(bytes: Buffer, nameEnd: number, suffix: Buffer): boolean {
  let at = nameEnd - suffix.length
  for (const byte of suffix) if (bytes[at++] !== byte) return false
  return true
}

function listed(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function orUnreadable(unreadable: string[], name: string, count: () => number): number {
  try {
    return count()
  } catch (error) {
    unreadable.push(error instanceof InputError ? reason(error) : `${name} cannot be read`)
    return 0
  }
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error))
