/**
 * Counts the classes of an app as the Java buildpacks do for the memory calculator: `.class` and `.groovy` files, and
 * such entries in every `.jar`. They count no classes in an unreadable jar.
 * An archive is counted as `cf push` unpacks it: its entries are the app's files, its jars the app's jars.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../problems/problems.ts'
import { attempt } from '../system/attempt.ts'
import { type ByteSource, withFileSync } from '../zip/byte-source.ts'
import { nestedArchive } from '../zip/content.ts'
import { entryAt, readDirectory, walkDirectory, type ZipDirectory, type ZipEntry } from '../zip/directory.ts'
import { LOADED_SHARE } from './loaded-classes.ts'

export interface ClassCount {
  readonly classes: number
  /** Unreadable jars, with the reason. They count as 0 classes, as on the platform. */
  readonly unreadable: readonly string[]
}

/**
 * @param directory of the app; follows links to jars, but not to directories
 * @param counted classes of jars that were read already, by path
 */
export function countClassesInFolder(
  directory: string,
  counted: ReadonlyMap<string, number> = new Map(),
): ClassCount {
  let classes = 0
  const unreadable: string[] = []
  const visit = (folder: string, path: string) => {
    for (const entry of attempt(() => readdirSync(folder, { withFileTypes: true })) ?? []) {
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
export async function countClassesInArchive(
  source: ByteSource,
  directory = readDirectory(source),
): Promise<ClassCount> {
  const jars: ZipEntry[] = []
  const unreadable: string[] = []
  let classes = 0
  walkDirectory(directory, (header, _nameStart, nameEnd) => {
    if (namesClass(directory.bytes, nameEnd)) classes++
    else if (endsWith(directory.bytes, nameEnd, JAR)) jars.push(entryAt(directory, header))
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

/** The number of classes in a jar. */
export function countClassEntries(directory: ZipDirectory): number {
  let classes = 0
  walkDirectory(directory, (_header, _nameStart, nameEnd) => {
    if (namesClass(directory.bytes, nameEnd)) classes++
  })
  return classes
}

export interface JarClasses {
  /** Classes in the jar, as the Java buildpacks count them. */
  readonly classes: number
  /**
   * Classes that it may load as an agent: all of its own, and a share of those stored with another suffix
   * (OpenTelemetry, Datadog and Elastic store their instrumentation like that).
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

/** Directories end in a slash, so they never match. */
function endsWith(bytes: Buffer, nameEnd: number, suffix: Buffer): boolean {
  let at = nameEnd - suffix.length
  for (const byte of suffix) if (bytes[at++] !== byte) return false
  return true
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
