import { describe, expect, it } from 'vitest'
import { kindOfEntry, sizesOf } from '../../src/zip/records.ts'

const MASKED = 0xffffffff

/** A central header without a name, after 7 other bytes. Offsets of its fields: PKWARE's APPNOTE, 4.3.12. */
function header(sizes: { size: number; compressedSize: number; offset: number }, extra: Buffer): Buffer {
  const bytes = Buffer.alloc(7 + 46)
  bytes.writeUInt32LE(sizes.compressedSize, 7 + 20)
  bytes.writeUInt32LE(sizes.size, 7 + 24)
  bytes.writeUInt16LE(extra.length, 7 + 30)
  bytes.writeUInt32LE(sizes.offset, 7 + 42)
  return Buffer.concat([bytes, extra])
}

function field(id: number, ...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + values.length * 8)
  bytes.writeUInt16LE(id, 0)
  bytes.writeUInt16LE(values.length * 8, 2)
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 4 + index * 8)
  return bytes
}

describe('the sizes of an entry', () => {
  it('are those of the header if none is masked', () => {
    const sizes = { size: 3, compressedSize: 2, offset: 1 }
    expect(sizesOf(header(sizes, field(1, 7, 8, 9)), 7)).toEqual(sizes)
  })

  it('are in the zip64 field where they are masked, in its order, after other fields', () => {
    const extra = Buffer.concat([field(0xcafe, 5), field(1, 2 ** 33, 2 ** 34)])
    const bytes = header({ size: MASKED, compressedSize: 2, offset: MASKED }, extra)
    expect(sizesOf(bytes, 7)).toEqual({ size: 2 ** 33, compressedSize: 2, offset: 2 ** 34 })
  })

  it.each([
    ['is missing', Buffer.alloc(0)],
    ['is cut short', field(1, 5).subarray(0, 8)],
    ['follows one that is cut short', Buffer.concat([field(0xcafe, 5).subarray(0, 6), field(1, 5)])],
  ])('are infinite if the field %s', (_, extra) => {
    const bytes = header({ size: MASKED, compressedSize: 2, offset: 1 }, extra)
    expect(sizesOf(bytes, 7)).toEqual({ size: Number.POSITIVE_INFINITY, compressedSize: 2, offset: 1 })
  })
})

/** The upper byte of "version made by". */
const SYSTEM = { dos: 0, unix: 3, ntfs: 11, mac: 19 }

it.each<[string, keyof typeof SYSTEM, number, string]>([
  ['a/', 'unix', 0o100644 << 16, 'directory'],
  ['a', 'unix', 0o040755 << 16, 'directory'],
  ['a', 'mac', 0o120777 << 16, 'link'],
  ['a', 'unix', 0o100644 << 16, 'file'],
  ['a', 'unix', 0x10, 'file'],
  ['a', 'dos', 0x10, 'directory'],
  ['a', 'ntfs', 0x10, 'directory'],
  ['a', 'dos', 0o120777 << 16, 'file'],
])('the kind of the entry %s, made on %s, attributes %i: %s', (name, system, attributes, kind) =>
  expect(kindOfEntry(name, (SYSTEM[system] << 8) | 20, attributes >>> 0)).toBe(kind),
)
