/** Writes zip archives of every honest kind, from a description that fast-check can make and shrink. */
import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'

export interface EntrySpec {
  readonly name: Buffer
  readonly isUtf8: boolean
  readonly data: Buffer
  readonly deflated: boolean
  readonly descriptor: 'none' | 'signed' | 'unsigned'
  /** Sizes and offset in zip64 fields, needed or not. */
  readonly wide: boolean
  readonly localExtra: Buffer
  readonly centralExtra: Buffer
  readonly comment: Buffer
  readonly dosTime: number
  readonly attributes: number
  readonly madeBy: number
}

/** A stored entry with nothing special about it. */
export function storedEntry(name: string, data: Buffer): EntrySpec {
  return {
    name: Buffer.from(name),
    isUtf8: false,
    data,
    deflated: false,
    descriptor: 'none',
    wide: false,
    localExtra: Buffer.alloc(0),
    centralExtra: Buffer.alloc(0),
    comment: Buffer.alloc(0),
    dosTime: 0x5a210000,
    attributes: 0,
    madeBy: 20,
  }
}

export interface ArchiveSpec {
  readonly prefix: Buffer
  /** Whether offsets count from the start of the file, or from behind the prefix. */
  readonly countsPrefix: boolean
  readonly entries: readonly EntrySpec[]
  readonly comment: Buffer
  readonly zip64: 'no' | 'yes' | 'extended'
}

export function writeArchive({ prefix, countsPrefix, entries, comment, zip64 }: ArchiveSpec): Buffer {
  const parts: Buffer[] = [prefix]
  let position = prefix.length
  const shift = countsPrefix ? 0 : prefix.length
  const central = entries.map((entry) => {
    const { local, header } = entryBytes(entry, position - shift)
    parts.push(local)
    position += local.length
    return header
  })
  const directory = Buffer.concat(central)
  return Buffer.concat([
    ...parts,
    directory,
    endBytes(entries.length, directory.length, position - shift, comment, zip64),
  ])
}

function entryBytes(entry: EntrySpec, offset: number): { local: Buffer; header: Buffer } {
  const { name, data, wide } = entry
  const raw = entry.deflated ? deflateRawSync(data) : data
  const hasDescriptor = entry.descriptor !== 'none'
  const crc = crc32(data)
  const flags = (entry.isUtf8 ? 1 << 11 : 0) | (hasDescriptor ? 1 << 3 : 0)
  const common = (sizes: boolean) => {
    const bytes = Buffer.alloc(22)
    bytes.writeUInt16LE(wide ? 45 : 20, 0)
    bytes.writeUInt16LE(flags, 2)
    bytes.writeUInt16LE(entry.deflated ? 8 : 0, 4)
    bytes.writeUInt32LE(entry.dosTime, 6)
    if (sizes) {
      bytes.writeUInt32LE(crc, 10)
      bytes.writeUInt32LE(wide ? 0xffffffff : raw.length, 14)
      bytes.writeUInt32LE(wide ? 0xffffffff : data.length, 18)
    }
    return bytes
  }
  const localWide = wide && !hasDescriptor ? zip64Extra([data.length, raw.length]) : Buffer.alloc(0)
  const localExtra = Buffer.concat([localWide, entry.localExtra])
  const local = Buffer.concat([
    uint32(0x04034b50),
    common(!hasDescriptor),
    uint16(name.length),
    uint16(localExtra.length),
    name,
    localExtra,
    raw,
    ...descriptorBytes(entry, crc, raw.length),
  ])
  const centralWide = wide ? zip64Extra([data.length, raw.length, offset]) : Buffer.alloc(0)
  const centralExtra = Buffer.concat([entry.centralExtra, centralWide])
  const header = Buffer.concat([
    uint32(0x02014b50),
    uint16(entry.madeBy),
    common(true),
    uint16(name.length),
    uint16(centralExtra.length),
    uint16(entry.comment.length),
    Buffer.alloc(4),
    uint32(entry.attributes),
    uint32(wide ? 0xffffffff : offset),
    name,
    centralExtra,
    entry.comment,
  ])
  return { local, header }
}

/** In a descriptor sizes have 8 bytes only where the local header has a zip64 field, which these have not. */
function descriptorBytes({ descriptor, data }: EntrySpec, crc: number, size: number): Buffer[] {
  if (descriptor === 'none') return []
  const signature = descriptor === 'signed' ? [uint32(0x08074b50)] : []
  return [...signature, uint32(crc), uint32(size), uint32(data.length)]
}

function endBytes(
  entries: number,
  size: number,
  offset: number,
  comment: Buffer,
  zip64: ArchiveSpec['zip64'],
): Buffer {
  const end = Buffer.concat([
    uint32(0x06054b50),
    Buffer.alloc(4),
    uint16(Math.min(entries, 0xffff)),
    uint16(Math.min(entries, 0xffff)),
    uint32(zip64 === 'no' ? size : 0xffffffff),
    uint32(zip64 === 'no' ? offset : 0xffffffff),
    uint16(comment.length),
    comment,
  ])
  if (zip64 === 'no') return end
  const extension = zip64 === 'extended' ? Buffer.from('\x34\x12\x04\0\0\0abcd', 'latin1') : Buffer.alloc(0)
  const record = Buffer.concat([
    uint32(0x06064b50),
    uint64(44 + extension.length),
    uint16(45),
    uint16(45),
    Buffer.alloc(8),
    uint64(entries),
    uint64(entries),
    uint64(size),
    uint64(offset),
    extension,
  ])
  const locator = Buffer.concat([uint32(0x07064b50), uint32(0), uint64(offset + size), uint32(1)])
  return Buffer.concat([record, locator, end])
}

function zip64Extra(values: readonly number[]): Buffer {
  return Buffer.concat([uint16(1), uint16(values.length * 8), ...values.map(uint64)])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))
/** Extra fields that readers do not know, and one that all of them do (a time). */
const extra = fc
  .array(
    fc.oneof(
      bytes(12).map((body) => ({ id: 0x6375, body })),
      bytes(9).map((body) => ({ id: 0xcafe, body })),
    ),
    {
      maxLength: 2,
    },
  )
  .map((fields) => Buffer.concat(fields.flatMap(({ id, body }) => [uint16(id), uint16(body.length), body])))
const part = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9_-]{0,11}$/),
  fc.constantFrom('café', '日本語', 'Größe', 'a b', 'naïve $x', '🚀'),
)
const path = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '.class', '.txt', '.jar'))
  .map(([parts, extension]) => `${parts.join('/')}${extension}`)
const content = fc.oneof(
  { weight: 3, arbitrary: bytes(300) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 0, max: 70_000 }).map((size) => Buffer.alloc(size, 'repeated text ')),
  },
  { weight: 1, arbitrary: fc.constant(Buffer.alloc(0)) },
)

const entrySpec: fc.Arbitrary<EntrySpec> = fc
  .record({
    path,
    data: content,
    deflated: fc.boolean(),
    descriptor: fc.constantFrom('none', 'none', 'signed', 'unsigned') satisfies fc.Arbitrary<
      EntrySpec['descriptor']
    >,
    wide: fc.boolean(),
    localExtra: extra,
    centralExtra: extra,
    comment: fc.oneof(
      fc.constant(Buffer.alloc(0)),
      fc.stringMatching(/^[ -~]{1,40}$/).map((text) => Buffer.from(text)),
    ),
    time: fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      month: fc.integer({ min: 1, max: 12 }),
      year: fc.integer({ min: 0, max: 90 }),
      seconds: fc.integer({ min: 0, max: 43_199 }),
    }),
    mode: fc.constantFrom(0o100644, 0o100755, 0o100600),
    isUnix: fc.boolean(),
  })
  .map(({ path, time, mode, isUnix, ...rest }) => {
    const half = time.seconds
    const clock = (Math.floor(half / 1800) << 11) | (Math.floor((half % 1800) / 30) << 5) | (half % 30)
    return {
      ...rest,
      name: Buffer.from(path),
      isUtf8: true,
      descriptor: rest.deflated ? rest.descriptor : 'none',
      wide: rest.wide && rest.descriptor === 'none',
      dosTime: (((time.year << 9) | (time.month << 5) | time.day) * 65_536 + clock) >>> 0,
      attributes: isUnix ? (mode * 65_536) >>> 0 : 0x20,
      madeBy: isUnix ? (3 << 8) | 20 : 20,
    }
  })

export const archiveSpec: fc.Arbitrary<ArchiveSpec> = fc
  .record({
    prefix: fc.oneof(
      { weight: 3, arbitrary: fc.constant(Buffer.alloc(0)) },
      {
        weight: 1,
        arbitrary: fc
          .integer({ min: 1, max: 9000 })
          .map((size) => Buffer.from(`#!/bin/sh\n${'#'.repeat(size)}\n`)),
      },
    ),
    countsPrefix: fc.boolean(),
    entries: fc.uniqueArray(entrySpec, { maxLength: 12, selector: (each) => each.name.toString() }),
    comment: fc.oneof(
      { weight: 2, arbitrary: fc.constant(Buffer.alloc(0)) },
      {
        weight: 1,
        arbitrary: fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
          .map((text) => Buffer.from(text)),
      },
    ),
    zip64: fc.constantFrom('no', 'no', 'yes', 'extended') satisfies fc.Arbitrary<ArchiveSpec['zip64']>,
  })
  .map((spec) => ({ ...spec, entries: withoutFilesAsFolders(spec.entries) }))

/** `a` and `a/b` cannot both be on a disk, nor be exploded by `cf push`. */
function withoutFilesAsFolders(entries: readonly EntrySpec[]): readonly EntrySpec[] {
  const names = entries.map((each) => each.name.toString())
  return entries.filter((each) => !names.some((name) => name.startsWith(`${each.name.toString()}/`)))
}
