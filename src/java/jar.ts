/** Checks the purpose of a jar and the Java version that it requires: by its directory, manifest and one class header. */
import { InputError } from '../problems/problems.ts'
import type { ByteSource } from '../zip/byte-source.ts'
import { readStart } from '../zip/content.ts'
import { entryAt, readDirectory, walkDirectory, type ZipDirectory, type ZipEntry } from '../zip/directory.ts'
import { MANIFEST, parseJarManifest } from './jar-manifest.ts'

const LONGEST_MANIFEST = 1024 ** 2
const CLASS_MAGIC = 0xcafebabe

/**
 * A class file's major version, by Java release: 52 is Java 8, 61 is Java 17, 65 is Java 21.
 * https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html#jvms-4.1
 */
const JAVA_OF_MAJOR = (major: number) => major - 44

/**
 * Checks that a jar can be used as `-javaagent`.
 *
 * @param javaVersion of the JRE that will run it; undefined if it is unknown
 * @throws InputError with the problem
 */
export function checkAgent(source: ByteSource, javaVersion: number | undefined): void {
  checkClass(source, 'Premain-Class', javaVersion, {
    missing: `${source.name} is not a Java agent: its manifest has no Premain-Class`,
    elsewhere: ['Boot-Class-Path', 'Class-Path'],
  })
}

/** The same for a jar that `java -jar` runs. */
export function checkRunnable(source: ByteSource, javaVersion: number | undefined): void {
  checkClass(source, 'Main-Class', javaVersion, {
    missing: `${source.name} cannot be run: its manifest has no Main-Class`,
    elsewhere: ['Class-Path', 'Launcher-Agent-Class'],
  })
}

/** Checks that a jar for the class path is a complete archive. */
export function checkLibrary(source: ByteSource): void {
  walkDirectory(readDirectory(source), () => {})
}

/** The text of a jar's manifest, by its exact name. @throws InputError when it is not a complete archive */
export function readManifestText(source: ByteSource): string | undefined {
  const entry = findEntry(readDirectory(source), (name) => name === MANIFEST)
  return entry && readStart(source, entry, LONGEST_MANIFEST).toString('utf8')
}

function checkClass(
  source: ByteSource,
  attribute: string,
  javaVersion: number | undefined,
  { missing, elsewhere }: { missing: string; elsewhere: readonly string[] },
): void {
  const directory = readDirectory(source)
  const entry = findEntry(directory, (name) => name.toUpperCase() === MANIFEST)
  if (!entry) throw new InputError(`${source.name} has no ${MANIFEST}`)
  const manifest = parseJarManifest(readStart(source, entry, LONGEST_MANIFEST).toString('utf8'))
  const className = manifest.get(attribute)
  if (!className) throw new InputError(missing)
  if (manifest.count(attribute) > 1) {
    throw new InputError(`${source.name} has more than one ${attribute}; which one Java uses is undefined`)
  }
  const file = `${className.replaceAll('.', '/')}.class`
  const multiRelease = manifest.get('Multi-Release')?.toLowerCase() === 'true'
  const variants = classVariants(directory, file, multiRelease)
  if (variants.length === 0) {
    if (elsewhere.some((each) => manifest.get(each) !== undefined)) return
    throw new InputError(`${source.name} does not contain the class ${className} of its ${attribute}`)
  }
  if (javaVersion === undefined) return
  const chosen = variants.filter(({ release }) => release <= javaVersion).at(-1)
  const needed = chosen ? classVersion(source, chosen.entry) : variants[0]?.release
  if (needed !== undefined && needed > javaVersion) {
    throw new InputError(`${source.name} needs Java ${needed}; the app's JRE is Java ${javaVersion}`)
  }
}

/** A class and its variants for later releases, sorted by release; the plain one has release 0. */
function classVariants(
  directory: ZipDirectory,
  file: string,
  multiRelease: boolean,
): readonly { readonly release: number; readonly entry: ZipEntry }[] {
  const found: { release: number; entry: ZipEntry }[] = []
  walkNamed(directory, file, (entry) => {
    if (entry.name === file) found.push({ release: 0, entry })
    const release = /^META-INF\/versions\/(\d+)\/(.*)$/.exec(entry.name)
    if (multiRelease && release?.[2] === file) found.push({ release: Number(release[1]), entry })
  })
  return found.sort((a, b) => a.release - b.release)
}

/** The Java release that a class requires; undefined if it is not a class file. */
function classVersion(source: ByteSource, entry: ZipEntry): number | undefined {
  const head = readStart(source, entry, 8)
  if (head.length < 8 || head.readUInt32BE(0) !== CLASS_MAGIC) return undefined
  return JAVA_OF_MAJOR(head.readUInt16BE(6))
}

function findEntry(directory: ZipDirectory, matches: (name: string) => boolean): ZipEntry | undefined {
  let found: ZipEntry | undefined
  walkDirectory(directory, (header, nameStart, nameEnd) => {
    if (nameEnd - nameStart !== MANIFEST.length || found) return
    if (matches(directory.bytes.toString('latin1', nameStart, nameEnd))) {
      found = entryAt(directory, header)
    }
  })
  return found
}

/** Visits the entries whose names have this ending. */
function walkNamed(directory: ZipDirectory, ending: string, visit: (entry: ZipEntry) => void): void {
  const bytes = Buffer.from(ending)
  walkDirectory(directory, (header, nameStart, nameEnd) => {
    const start = nameEnd - bytes.length
    if (start < nameStart || directory.bytes.compare(bytes, 0, bytes.length, start, nameEnd) !== 0) return
    visit(entryAt(directory, header))
  })
}
