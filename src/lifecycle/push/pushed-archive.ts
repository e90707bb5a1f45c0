/**
 * The entries of a jar, war or zip that `cf push` uploads and Cloud Controller keeps: files and links.
 * Source: cloudfoundry/cli, `GatherArchiveResources` and `ZipArchiveResources` in `actor/sharedaction/resource.go`.
 */
import { InputError } from '../../problems/problems.ts'
import { Bounds } from '../../sources/archives/bomb.ts'
import { RefusedArchive } from '../../sources/archives/escape.ts'
import { MOST } from '../../system/foreign-file.ts'
import type { ByteSource } from '../../zip/byte-source.ts'
import { readStart } from '../../zip/content.ts'
import { entryAt, readDirectory, walkDirectory, type ZipDirectory } from '../../zip/directory.ts'
import { printable, refuseOutside } from '../../zip/entry-name.ts'
import { kindOfEntry, sizesOf } from '../../zip/records.ts'
import { type IsIgnored, ignoredByPush } from './cfignore.ts'

const CFIGNORE = '.cfignore'

interface PushedArchive {
  /** Without ignored entries and directories. */
  readonly directory: ZipDirectory
  readonly isIgnored: IsIgnored
}

/** @throws InputError for an archive that cannot be pushed, or is damaged */
export function readPushedArchive(source: ByteSource): PushedArchive {
  const directory = readDirectory(source)
  const isIgnored = ignoredByPush(cfignoreOf(directory), 'archive')
  try {
    return { directory: pushedEntries(directory, isIgnored), isIgnored }
  } catch (thrown) {
    if (!(thrown instanceof RefusedArchive)) throw thrown
    throw new InputError(`${source.name} cannot be unpacked: ${thrown.message}`)
  }
}

/** The CLI takes the first entry whose name ends so, in any directory. */
function cfignoreOf(directory: ZipDirectory): string | undefined {
  const { bytes, source } = directory
  if (!bytes.includes(CFIGNORE)) return undefined
  let found: number | undefined
  walkDirectory(directory, (header, nameStart, nameEnd) => {
    if (bytes.toString('latin1', nameStart, nameEnd).endsWith(CFIGNORE)) found ??= header
  })
  if (found === undefined) return undefined
  const entry = entryAt(directory, found)
  // As of a directory: with a part of it, ignored files would be pushed.
  if (entry.size > MOST.text) {
    throw new InputError(`${entry.name} in ${source.name} has ${entry.size} bytes, more than ${MOST.text}`)
  }
  return readStart(source, entry, MOST.text).toString('utf8')
}

function pushedEntries(directory: ZipDirectory, isIgnored: IsIgnored): ZipDirectory {
  const { bytes, source } = directory
  const bounds = new Bounds(source.size)
  const pushed: Buffer[] = []
  const checksums = new Map<string, number>()
  let uploaded = 0
  walkDirectory(directory, (header, nameStart, nameEnd, end) => {
    if (isIgnored(bytes.toString('utf8', nameStart, nameEnd))) return
    uploaded++
    const name = bytes.toString('latin1', nameStart, nameEnd)
    refuseOutside(name, source.name)
    bounds.bytes(sizesOf(bytes, header).size)
    const kind = kindOfEntry(name, bytes.readUInt16LE(header + 4), bytes.readUInt32LE(header + 38))
    if (kind === 'directory') return
    const checksum = bytes.readUInt32LE(header + 16)
    if ((checksums.get(name) ?? checksum) !== checksum) {
      throw new InputError(
        `${source.name} has two different files named ${printable(name)}, and cf push refuses it; build the archive again with one of them`,
      )
    }
    if (kind === 'file') checksums.set(name, checksum)
    pushed.push(bytes.subarray(header, end))
  })
  if (pushed.length === 0) throw new InputError(`${source.name} has no files; there is nothing to push`)
  if (uploaded === 1) {
    throw new InputError(
      `${source.name} has only one entry, and cf push refuses such an archive; push a directory instead`,
    )
  }
  return { ...directory, bytes: Buffer.concat(pushed), count: pushed.length }
}
