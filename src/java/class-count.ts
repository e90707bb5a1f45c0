/**
 * Classes of an app, counted as the Java buildpacks count them for the memory calculator: `.class` and `.groovy`
 * files, and the entries of that kind in every `.jar`. A jar that cannot be read counts nothing there.
 * An archive counts as what `cf push` makes of it: its entries are the app's files, its jars the app's jars.
 */
import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../config/problems.ts'
import { type ByteSource, withFileSync } from '../zip/byte-source.ts'
import { nestedArchive } from '../zip/content.ts'
import { entryAt, readDirectory, walkDirectory, type ZipDirectory, type ZipEntry } from '../zip/directory.ts'

import { LOADED_SHARE } from './loaded-classes.ts'

export interface ClassCount {
  readonly classes: number
  /** Jars that could not be read, with the reason: they count nothing, on the platform as here. */
  readonly unreadable: readonly string[]
}

/**
 * @param directory an app's folder; links to folders are not followed, links to jars are
 * @param counted classes of jars that have been read already, by path
 */
export function countClassesInFolder(
  directory: string,
  counted: ReadonlyMap<string, number> = new Map(),
): ClassCount {
  let classes = 0
  const unreadable: string[] = []
  const visit = (folder: string, path: string) => {
    for (const entry of listed(folder)) {
      const file = join(folder, entry.name)
      const name = path ? `${path}/${entry.name}` : entry.name
      if (entry.isDirectory()) visit(file, name)
      else if (isClass(entry.name)) classes++
      else if (entry.name.endsWith('.jar')) {
        classes +=
          counted.get(file) ??
          orUnreadable(unreadable, name, () =>
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

export interface JarClasses {
  /** That the jar lists, as the Java buildpacks count them. */
  readonly classes: number
  /**
   * That it may load when it is an agent: all its own, and a share of those that it keeps under another name
   * (OpenTelemetry, Datadog and Elastic keep their instrumentation so).
   */
  readonly agentClasses: number
}

export function countJarClasses(directory: ZipDirectory): JarClasses {
  let classes = 0
  let kept = 0
  walkDirectory(directory, (_header, _nameStart, nameEnd) => {
    if (namesClass(directory.bytes, nameEnd)) classes++
    else if (KEPT.some((suffix) => endsWith(directory.bytes, nameEnd, suffix))) kept++
  })
  return { classes, agentClasses: classes + Math.ceil(kept * LOADED_SHARE) }
}

const KEPT = [Buffer.from('.classdata'), Buffer.from('.esclazz')]
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
