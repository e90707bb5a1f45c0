/** The kind of a file by its first bytes, which shows whether and how a container can run it. */
import { closeSync, fstatSync } from 'node:fs'
import { openForeignFile, readBytes } from '../../system/foreign-file.ts'
import { END_SEARCH } from '../../zip/records.ts'
import { isJarName, isZip } from '../archives/formats.ts'
import { ELF_MAGIC, type ElfReading, readElf } from './elf.ts'
import { type InterpreterLine, readInterpreterLine } from './script.ts'

export type Inspection =
  | { readonly kind: 'elf'; readonly elf: ElfReading }
  | { readonly kind: 'script'; readonly line: InterpreterLine }
  /** A zip archive; a jar is one, also with a start script before it, as in Spring Boot's executable jars. */
  | { readonly kind: 'zip' }
  /** Text without an interpreter line. */
  | { readonly kind: 'text' }
  | { readonly kind: 'empty' }
  /** A file that cannot run. `what` is the second half of "FILE is …". `asData`: it may be valid data. */
  | { readonly kind: 'foreign'; readonly what: string; readonly instead: string; readonly asData: boolean }

const HEAD = 512
const ZIP_END = Buffer.from('PK\x05\x06', 'latin1')

/** @param path a regular file @throws the system's error when it cannot be read */
export function inspectFile(path: string): Inspection {
  const fd = openForeignFile(path)
  try {
    const { size } = fstatSync(fd)
    if (size === 0) return { kind: 'empty' }
    const head = readBytes(fd, 0, HEAD)
    if (head.subarray(0, 4).equals(ELF_MAGIC)) return { kind: 'elf', elf: readElf(fd, size) }
    const isJar = isJarName(path)
    if (isJar && !startsWith(head, 'PK') && hasZipEnd(fd, size)) return { kind: 'zip' }
    const line = readInterpreterLine(head)
    if (line) return { kind: 'script', line }
    return inspectOther(head)
  } finally {
    closeSync(fd)
  }
}

/** The number of bytes that identify a program, from the beginning of the file. */
export const PROGRAM_HEAD = 18

/** Whether a file was a program before it lost its executable bit (zip files, Windows), by its first bytes. */
export function isProgramHead(head: Buffer, path: string): boolean {
  if (/^#![ \t]*\//.test(head.toString('latin1', 0, 18))) return true
  if (head.length < 18 || !head.subarray(0, 4).equals(ELF_MAGIC)) return false
  const type = head.readUInt16LE(16)
  return type === 2 || (type === 3 && !/\.so(\.[\d.]+)?$/.test(path))
}

function inspectOther(head: Buffer): Inspection {
  if (isZip(head)) return { kind: 'zip' }
  const known = FOREIGN.find((each) =>
    typeof each.head === 'string' ? startsWith(head, each.head) : each.head(head),
  )
  if (known)
    return { kind: 'foreign', what: known.what, instead: known.instead, asData: known.asData ?? false }
  if (!head.includes(0)) return { kind: 'text' }
  const what = 'neither a Linux program nor a script'
  return { kind: 'foreign', what, instead: 'use a file that Linux can run', asData: true }
}

const LINUX_BUILD = 'build it for Linux on x86-64 (with Go: GOOS=linux GOARCH=amd64)'
const UNPACKED = 'unpack it, or use it as a `uri` source'

const FOREIGN: readonly {
  /** The first bytes, as Latin-1 characters, or a test of them. */
  readonly head: string | ((head: Buffer) => boolean)
  readonly what: string
  readonly instead: string
  readonly asData?: boolean
}[] = [
  { head: isMachO, what: 'a macOS program (Mach-O)', instead: LINUX_BUILD },
  { head: 'MZ', what: 'a Windows program (PE)', instead: LINUX_BUILD },
  { head: '\xca\xfe\xba\xbe', what: 'a Java class file', instead: 'use a jar', asData: true },
  { head: '\x1f\x8b', what: 'a gzip archive', instead: UNPACKED, asData: true },
  { head: '\xfd7zXZ\x00', what: 'an xz archive', instead: UNPACKED, asData: true },
  { head: '\x28\xb5\x2f\xfd', what: 'a zstd archive', instead: UNPACKED, asData: true },
  { head: 'BZh', what: 'a bzip2 archive', instead: UNPACKED, asData: true },
  {
    head: (head) => head.toString('latin1', 257, 262) === 'ustar',
    what: 'a tar archive',
    instead: UNPACKED,
    asData: true,
  },
  {
    head: 'version https://git-lfs.github.com/',
    what: 'a Git LFS pointer instead of the file',
    instead: 'run `git lfs pull` before pushing',
  },
  { head: isHtml, what: 'an HTML page', instead: 'download the file itself, not the page about it' },
  {
    head: '\xef\xbb\xbf#!',
    what: 'a script with a byte order mark, which hides its interpreter line',
    instead: 'save it as UTF-8 without a byte order mark',
  },
  { head: '\xff\xfe', what: 'UTF-16 text', instead: 'save it as UTF-8', asData: true },
  { head: '\xfe\xff', what: 'UTF-16 text', instead: 'save it as UTF-8', asData: true },
]

/** Whether bytes are the beginning of an HTML page: servers send login pages instead of downloads. */
export function isHtml(head: Buffer): boolean {
  return /^(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body)[\s>]/is.test(
    head.toString('latin1'),
  )
}

function isMachO(head: Buffer): boolean {
  if (head.length < 8) return false
  const magic = head.readUInt32BE(0)
  if ([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(magic)) return true
  // A universal binary shares its magic number with Java's class files, whose version (45 and up) is higher than
  // any number of architectures.
  return magic === 0xcafebabe && head.readUInt32BE(4) < 45
}

function hasZipEnd(fd: number, size: number): boolean {
  return readBytes(fd, Math.max(0, size - END_SEARCH), END_SEARCH).includes(ZIP_END)
}

function startsWith(head: Buffer, text: string): boolean {
  return head.toString('latin1', 0, text.length) === text
}
