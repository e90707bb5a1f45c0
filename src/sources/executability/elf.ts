/**
 * Reads the facts of an ELF file that decide whether it runs, only from its headers.
 * Numbers in the file are not trusted: a position outside the file, or an impossible value, gives `damaged`.
 * Source: the ELF specification (gABI), and the GNU extension for symbol versions (LSB, "Symbol Versioning").
 */
import { readBytes } from '../../system/foreign-file.ts'

export interface ElfFacts {
  readonly bits: 32 | 64
  readonly machine: number
  /** EI_OSABI: Linux uses 0 (System V) and 3 (GNU/Linux). */
  readonly osAbi: number
  readonly type: 'executable' | 'library' | 'object' | 'core' | 'other'
  /** PT_INTERP: its dynamic loader; absent: statically linked. */
  readonly loader?: string
  /** Names of symbol versions that it requires: `GLIBC_2.34`, `GLIBCXX_3.4.30`. */
  readonly versionNeeds: readonly string[]
  /** Shared libraries that it requires (DT_NEEDED), as written. */
  readonly libraries: readonly string[]
  /** Where it looks for them in addition to the loader's directories (DT_RPATH, DT_RUNPATH), as written. */
  readonly rpath?: string
  readonly runpath?: string
}

/** `damaged` is the problem, as the second half of "FILE is …". */
export type ElfReading = ElfFacts | { readonly damaged: string }

export const ELF_MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46])

const MAX_PROGRAM_HEADERS = 1024
const MAX_DYNAMIC_ENTRIES = 4096
const MAX_VERSIONS = 4096
const MAX_NAME = 256
const MAX_PATH = 4096
const OS_ABI_OF_LINUX = [0, 3]
const EM_386 = 3

const PT = { load: 1, dynamic: 2, interpreter: 3 } as const
const DT = {
  needed: 1,
  strtab: 5,
  soname: 14,
  rpath: 15,
  runpath: 29,
  flags1: 0x6ffffffb,
  verneed: 0x6ffffffe,
} as const
const DF_1_PIE = 0x08000000
const VER_FLG_WEAK = 2

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly size: number
}

class Damaged extends Error {}

/**
 * @param fd an open file that starts with ELF_MAGIC
 * @param size its size in bytes
 */
export function readElf(fd: number, size: number): ElfReading {
  try {
    return readFacts(new ElfBytes(fd, size))
  } catch (thrown) {
    if (thrown instanceof Damaged) return { damaged: thrown.message }
    throw thrown
  }
}

function readFacts(file: ElfBytes): ElfFacts {
  const ident = file.read(0, 16)
  const bits = ident[4] === 1 ? 32 : ident[4] === 2 ? 64 : undefined
  const endianness = ident[5]
  if (!bits || (endianness !== 1 && endianness !== 2)) throw new Damaged('damaged: its ELF header is broken')
  const header = file.read(0, bits === 64 ? 64 : 52)
  const short = (at: number) => (endianness === 1 ? header.readUInt16LE(at) : header.readUInt16BE(at))
  const base = { bits, machine: short(18), osAbi: ident[7] ?? 0 } as const
  const type = short(16)
  // A program for another machine is refused for that reason alone, so nothing else is read.
  const isOfOtherMachine =
    bits === 32 || endianness === 2 || !OS_ABI_OF_LINUX.includes(base.osAbi) || base.machine === EM_386
  if (isOfOtherMachine || (type !== 2 && type !== 3)) {
    return { ...base, type: TYPES[type] ?? 'other', versionNeeds: [], libraries: [] }
  }
  const segments = readSegments(file, header)
  const loader = readLoader(file, segments)
  const dynamic = readDynamic(file, segments)
  return {
    ...base,
    type: type === 2 || isProgram(header, loader, dynamic) ? 'executable' : 'library',
    ...(loader !== undefined && { loader }),
    versionNeeds: readVersionNeeds(file, segments, dynamic),
    ...readLibraries(file, segments, dynamic),
  }
}

type LibraryFacts = Pick<ElfFacts, 'libraries' | 'rpath' | 'runpath'>

function readLibraries(file: ElfBytes, segments: readonly Segment[], dynamic: DynamicSection): LibraryFacts {
  const strings = fileOffset(segments, dynamic.get(DT.strtab)?.[0])
  if (strings === undefined) return { libraries: [] }
  const texts = (tag: number, limit: number) =>
    (dynamic.get(tag) ?? []).map((offset) => file.readName(strings + offset, limit))
  const [rpath] = texts(DT.rpath, MAX_PATH)
  const [runpath] = texts(DT.runpath, MAX_PATH)
  return {
    libraries: texts(DT.needed, MAX_NAME),
    ...(rpath !== undefined && { rpath }),
    ...(runpath !== undefined && { runpath }),
  }
}

const TYPES: Readonly<Record<number, ElfFacts['type']>> = {
  1: 'object',
  2: 'executable',
  3: 'library',
  4: 'core',
}

/** A position-independent program differs from a library by its loader or by the linker's flag. */
function isProgram(header: Buffer, loader: string | undefined, dynamic: DynamicSection): boolean {
  if (loader !== undefined) return true
  if (((dynamic.get(DT.flags1)?.[0] ?? 0) & DF_1_PIE) !== 0) return true
  return header.readBigUInt64LE(24) !== 0n && !dynamic.has(DT.soname) && !dynamic.has(DT.strtab)
}

function readSegments(file: ElfBytes, header: Buffer): readonly Segment[] {
  const start = Number(header.readBigUInt64LE(32))
  const entrySize = header.readUInt16LE(54)
  const count = header.readUInt16LE(56)
  if (count === 0 || count > MAX_PROGRAM_HEADERS || entrySize !== 56) {
    throw new Damaged('damaged: its program headers are broken')
  }
  const table = file.read(start, count * entrySize)
  return Array.from({ length: count }, (_, index) => {
    const at = index * entrySize
    const segment = {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      size: Number(table.readBigUInt64LE(at + 32)),
    }
    if (segment.type === PT.load && segment.offset + segment.size > file.size) {
      throw new Damaged('cut short: its header describes more bytes than the file has')
    }
    return segment
  })
}

function readLoader(file: ElfBytes, segments: readonly Segment[]): string | undefined {
  const segment = segments.find((each) => each.type === PT.interpreter)
  return segment && file.readName(segment.offset, Math.min(segment.size, 4096))
}

/** The values of each tag, in file order. */
type DynamicSection = ReadonlyMap<number, readonly number[]>

function readDynamic(file: ElfBytes, segments: readonly Segment[]): DynamicSection {
  const found = new Map<number, number[]>()
  const segment = segments.find((each) => each.type === PT.dynamic)
  if (!segment) return found
  const table = file.read(segment.offset, Math.min(segment.size, MAX_DYNAMIC_ENTRIES * 16))
  for (let at = 0; at + 16 <= table.length; at += 16) {
    const tag = Number(table.readBigUInt64LE(at))
    if (tag === 0) break
    const values = found.get(tag) ?? []
    found.set(tag, [...values, Number(table.readBigUInt64LE(at + 8))])
  }
  return found
}

/** Reads the chain of `Elfxx_Verneed` (one per library) with their `Elfxx_Vernaux` (one per version). */
function readVersionNeeds(
  file: ElfBytes,
  segments: readonly Segment[],
  dynamic: DynamicSection,
): readonly string[] {
  const needs = fileOffset(segments, dynamic.get(DT.verneed)?.[0])
  const strings = fileOffset(segments, dynamic.get(DT.strtab)?.[0])
  if (needs === undefined || strings === undefined) return []
  const names = new Set<string>()
  let steps = 0
  for (let need = needs; steps < MAX_VERSIONS; ) {
    const library = file.read(need, 16)
    let aux = need + library.readUInt32LE(8)
    for (let left = library.readUInt16LE(2); left > 0 && steps < MAX_VERSIONS; left--, steps++) {
      const version = file.read(aux, 16)
      const isWeak = (version.readUInt16LE(4) & VER_FLG_WEAK) !== 0
      if (!isWeak) names.add(file.readName(strings + version.readUInt32LE(8), MAX_NAME))
      const next = version.readUInt32LE(12)
      if (next === 0) break
      aux += next
    }
    steps++
    const next = library.readUInt32LE(12)
    if (next === 0) break
    need += next
  }
  return [...names].sort()
}

/** The file offset of a memory address. */
function fileOffset(segments: readonly Segment[], address: number | undefined): number | undefined {
  if (address === undefined) return undefined
  const segment = segments.find(
    (each) => each.type === PT.load && address >= each.address && address < each.address + each.size,
  )
  return segment && address - segment.address + segment.offset
}

/** Reads by position, and only inside the file. */
class ElfBytes {
  readonly #fd: number
  readonly size: number

  constructor(fd: number, size: number) {
    this.#fd = fd
    this.size = size
  }

  read(offset: number, length: number): Buffer {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > this.size) {
      throw new Damaged('damaged or cut short: its header points beyond its end')
    }
    const bytes = readBytes(this.#fd, offset, length)
    if (bytes.length !== length) throw new Damaged('cut short')
    return bytes
  }

  /** A string that ends in NUL, at most `limit` bytes long. */
  readName(offset: number, limit: number): string {
    const bytes = this.read(offset, Math.max(0, Math.min(limit, this.size - offset)))
    const end = bytes.indexOf(0)
    return bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
  }
}
