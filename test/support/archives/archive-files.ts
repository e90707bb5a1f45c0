/** Writes archives, also malicious ones that no tool writes. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface TarEntry {
  readonly name: string | Buffer
  readonly content?: string | Buffer
  readonly mode?: number
  /** 0 file, 1 hard link, 2 link, 3 device, 5 folder, 6 fifo, x pax header, L long name. */
  readonly type?: string
  readonly link?: string
  /** A wrong length in the header. */
  readonly size?: number
}

export const END_OF_TAR = Buffer.alloc(1024)

export function tarFile(entries: readonly TarEntry[], end = END_OF_TAR): Buffer {
  return Buffer.concat([...entries.map(tarEntry), end])
}

function tarEntry({ name, content = '', mode = 0o644, type = '0', link = '', size }: TarEntry): Buffer {
  const body = Buffer.from(content as string)
  const header = Buffer.alloc(512)
  Buffer.from(name as string).copy(header, 0, 0, 100)
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${(size ?? body.length).toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write(type, 156)
  header.write(link.slice(0, 100), 157)
  header.write('ustar\x0000', 257)
  header.fill(' ', 148, 156)
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)])
}

export interface ZipEntry {
  readonly name: string | Buffer
  readonly content?: string | Buffer
  /** With the file type, as Unix has it. */
  readonly mode?: number
  readonly deflate?: boolean
  /** A wrong unpacked length in the directory. */
  readonly size?: number
  /** A wrong checksum. */
  readonly crc?: number
  readonly flags?: number
  readonly method?: number
  /** Shares the bytes of the entry with this index. */
  readonly sameAs?: number
}

export function zipFile(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  const offsets: number[] = []
  const bodies: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name as string)
    const content = Buffer.from((entry.content ?? '') as string)
    const shared = entry.sameAs === undefined ? undefined : bodies[entry.sameAs]
    const body = shared ?? (entry.deflate ? deflateRawSync(content) : content)
    bodies.push(body)
    const method = entry.method ?? (entry.deflate ? 8 : 0)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(entry.flags ?? 0x800, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(entry.crc ?? crc32(content), 10)
    common.writeUInt32LE(body.length, 14)
    common.writeUInt32LE(entry.size ?? content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const at = entry.sameAs === undefined ? offset : (offsets[entry.sameAs] ?? 0)
    offsets.push(at)
    if (entry.sameAs === undefined) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, body])
      parts.push(local)
      offset += local.length
    }
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6)
    rest.writeUInt32LE(at, 10)
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), Buffer.from([20, 3]), common, rest, name)
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}
