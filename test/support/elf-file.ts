/** Builds small ELF files for x86-64 with the given headers and without code. */
export interface ElfFile {
  readonly machine?: number
  readonly bits?: 32 | 64
  readonly osAbi?: number
  /** 1 object, 2 executable, 3 shared or position independent, 4 core. */
  readonly type?: number
  readonly loader?: string
  readonly versionNeeds?: readonly string[]
  readonly weakNeeds?: readonly string[]
  readonly pie?: boolean
  readonly soname?: boolean
  /** DT_NEEDED, DT_RPATH and DT_RUNPATH. */
  readonly libraries?: readonly string[]
  readonly rpath?: string
  readonly runpath?: string
}

export const LOADER = '/lib64/ld-linux-x86-64.so.2'
const EHDR = 64
const PHDR = 56
const BASE = 0x400000

export function elfFile(say: ElfFile = {}): Buffer {
  const needs = [
    ...(say.versionNeeds ?? []).map((name) => ({ name, flags: 0 })),
    ...(say.weakNeeds ?? []).map((name) => ({ name, flags: 2 })),
  ]
  const loader = say.loader === undefined ? Buffer.alloc(0) : Buffer.from(`${say.loader}\0`)
  const texts = [...(say.libraries ?? []), say.rpath, say.runpath].filter((each) => each !== undefined)
  const strings = Buffer.from(
    `\0${['libc.so.6', ...needs.map(({ name }) => name), ...texts].map((each) => `${each}\0`).join('')}`,
  )
  const hasDynamic = needs.length > 0 || texts.length > 0 || say.pie || say.soname
  const phnum = 1 + (loader.length > 0 ? 1 : 0) + (hasDynamic ? 1 : 0)
  const loaderAt = EHDR + phnum * PHDR
  const stringsAt = loaderAt + loader.length
  const needsAt = stringsAt + strings.length
  const verneed = versionNeeds(needs, strings)
  const dynamicAt = needsAt + verneed.length
  const textAt = (text: string) => strings.indexOf(`\0${text}\0`) + 1
  const verneedAt = needs.length > 0 ? BASE + needsAt : undefined
  const dynamic = dynamicSection(say, BASE + stringsAt, verneedAt, textAt)
  const size = dynamicAt + dynamic.length
  const segments = [segment(1, 0, size)]
  if (loader.length > 0) segments.push(segment(3, loaderAt, loader.length))
  if (hasDynamic) segments.push(segment(2, dynamicAt, dynamic.length))
  return Buffer.concat([header(say, phnum), ...segments, loader, strings, verneed, dynamic])
}

function header(say: ElfFile, phnum: number): Buffer {
  const bytes = Buffer.alloc(EHDR)
  bytes.write('\x7fELF', 'latin1')
  bytes[4] = say.bits === 32 ? 1 : 2
  bytes[5] = 1
  bytes[6] = 1
  bytes[7] = say.osAbi ?? 0
  bytes.writeUInt16LE(say.type ?? 2, 16)
  bytes.writeUInt16LE(say.machine ?? 62, 18)
  bytes.writeBigUInt64LE(BigInt(BASE + EHDR), 24)
  bytes.writeBigUInt64LE(BigInt(EHDR), 32)
  bytes.writeUInt16LE(PHDR, 54)
  bytes.writeUInt16LE(phnum, 56)
  return bytes
}

function segment(type: number, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(PHDR)
  bytes.writeUInt32LE(type, 0)
  bytes.writeBigUInt64LE(BigInt(offset), 8)
  bytes.writeBigUInt64LE(BigInt(BASE + offset), 16)
  bytes.writeBigUInt64LE(BigInt(size), 32)
  return bytes
}

function versionNeeds(needs: readonly { name: string; flags: number }[], strings: Buffer): Buffer {
  if (needs.length === 0) return Buffer.alloc(0)
  const bytes = Buffer.alloc(16 + needs.length * 16)
  bytes.writeUInt16LE(1, 0)
  bytes.writeUInt16LE(needs.length, 2)
  bytes.writeUInt32LE(1, 4)
  bytes.writeUInt32LE(16, 8)
  needs.forEach(({ name, flags }, index) => {
    const at = 16 + index * 16
    bytes.writeUInt16LE(flags, at + 4)
    bytes.writeUInt32LE(strings.indexOf(`\0${name}\0`) + 1, at + 8)
    bytes.writeUInt32LE(index + 1 < needs.length ? 16 : 0, at + 12)
  })
  return bytes
}

function dynamicSection(
  say: ElfFile,
  strings: number,
  verneed: number | undefined,
  textAt: (text: string) => number,
): Buffer {
  const entries: [number, number][] = [[5, strings]]
  if (verneed !== undefined) entries.push([0x6ffffffe, verneed], [0x6fffffff, 1])
  if (say.pie) entries.push([0x6ffffffb, 0x08000000])
  if (say.soname) entries.push([14, 1])
  for (const each of say.libraries ?? []) entries.push([1, textAt(each)])
  if (say.rpath !== undefined) entries.push([15, textAt(say.rpath)])
  if (say.runpath !== undefined) entries.push([29, textAt(say.runpath)])
  const bytes = Buffer.alloc((entries.length + 1) * 16)
  entries.forEach(([tag, value], index) => {
    bytes.writeBigUInt64LE(BigInt(tag), index * 16)
    bytes.writeBigUInt64LE(BigInt(value), index * 16 + 8)
  })
  return bytes
}
