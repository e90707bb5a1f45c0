/** Reads an archive as its specification has it and throws at whatever is not so: a judge that knows nothing of `src`. */
import { crc32, inflateRawSync } from 'node:zlib'

export interface ReadEntry {
  readonly name: string
  readonly method: number
  readonly mode: number
  /** Where its local header is in the file. */
  readonly position: number
  readonly data: Buffer
  /** The whole central header. */
  readonly header: Buffer
}

export interface ReadArchive {
  readonly entries: readonly ReadEntry[]
  readonly comment: Buffer
  readonly directory: number
  readonly hasZip64: boolean
}

export function readArchive(file: Buffer): ReadArchive {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06'))
  check(end >= 0 && end > file.length - 65_558, 'no end record where readers look')
  check(file.readUInt16LE(end + 20) === file.length - end - 22, 'the comment does not end the file')
  let entries = file.readUInt16LE(end + 10)
  let size = file.readUInt32LE(end + 12)
  let offset = file.readUInt32LE(end + 16)
  let directoryEnd = end
  const hasZip64 = end >= 20 && file.readUInt32LE(end - 20) === 0x07064b50
  if (hasZip64) {
    const told = Number(file.readBigUInt64LE(end - 12))
    const at = [told, ...allOf(file, 'PK\x06\x06')].find(
      (each) =>
        each + 56 <= end - 20 &&
        file.readUInt32LE(each) === 0x06064b50 &&
        Number(file.readBigUInt64LE(each + 4)) + 12 + each === end - 20,
    )
    if (at === undefined) throw new Error('the zip64 end record is not there')
    entries = Number(file.readBigUInt64LE(at + 32))
    size = Number(file.readBigUInt64LE(at + 40))
    offset = Number(file.readBigUInt64LE(at + 48))
    directoryEnd = at
    check(told + (directoryEnd - size - offset) === at, 'the locator points elsewhere')
  }
  const directory = directoryEnd - size
  const shift = directory - offset
  check(shift >= 0, 'the directory is before where it is said to be')
  const read: ReadEntry[] = []
  let at = directory
  while (at < directoryEnd) {
    const entry = readEntry(file, at, shift)
    read.push(entry)
    at += entry.header.length
  }
  check(at === directoryEnd, 'the directory does not end where it should')
  check(read.length === entries, `${entries} entries told, ${read.length} there`)
  return { entries: read, comment: file.subarray(end + 22), directory, hasZip64 }
}

function readEntry(file: Buffer, at: number, shift: number): ReadEntry {
  check(file.readUInt32LE(at) === 0x02014b50, 'no central header')
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((each) =>
    file.readUInt16LE(at + each),
  ) as [number, number, number]
  const header = file.subarray(at, at + 46 + nameLength + extraLength + commentLength)
  const name = header.subarray(46, 46 + nameLength)
  const wide = zip64Values(header.subarray(46 + nameLength, 46 + nameLength + extraLength))
  const value = (told: number) => (told === 0xffffffff ? (wide.shift() ?? Number.NaN) : told)
  const size = value(header.readUInt32LE(24))
  const compressed = value(header.readUInt32LE(20))
  const position = value(header.readUInt32LE(42)) + shift
  const method = header.readUInt16LE(10)
  check(file.readUInt32LE(position) === 0x04034b50, `${name}: no local header`)
  check(file.readUInt16LE(position + 8) === method, `${name}: methods differ`)
  const localName = file.subarray(position + 30, position + 30 + file.readUInt16LE(position + 26))
  check(localName.equals(name), `${name}: names differ`)
  const dataStart = position + 30 + localName.length + file.readUInt16LE(position + 28)
  const raw = file.subarray(dataStart, dataStart + compressed)
  const data = method === 8 ? inflateRawSync(raw) : raw
  check(data.length === size, `${name}: ${size} bytes told, ${data.length} there`)
  check(crc32(data) === header.readUInt32LE(16), `${name}: checksum`)
  const isUnix = header.readUInt8(5) === 3
  const mode = isUnix ? header.readUInt32LE(38) >>> 16 : 0
  return { name: name.toString(), method, mode, position, data, header }
}

function zip64Values(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const count = extra.readUInt16LE(at + 2) / 8
    return Array.from({ length: count }, (_, index) => Number(extra.readBigUInt64LE(at + 4 + index * 8)))
  }
  return []
}

function allOf(file: Buffer, text: string): readonly number[] {
  const found: number[] = []
  for (let at = file.indexOf(text, 0, 'latin1'); at >= 0; at = file.indexOf(text, at + 1, 'latin1'))
    found.push(at)
  return found
}

function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what)
}
