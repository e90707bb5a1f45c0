import AdmZip from 'adm-zip'
import type { ByteSource } from '../../src/zip/byte-source.ts'
import { partOf } from '../../src/zip/byte-source.ts'

const STORED = 0

/** @param stored names of entries that are not deflated */
export function jar(
  entries: Readonly<Record<string, string | Buffer>>,
  stored: readonly string[] = [],
): Buffer {
  const zip = new AdmZip()
  for (const [name, content] of Object.entries(entries)) {
    const entry = zip.addFile(name, Buffer.from(content))
    if (entry && stored.includes(name)) entry.header.method = STORED
  }
  return zip.toBuffer()
}

export const manifest = (...lines: readonly string[]) => `Manifest-Version: 1.0\n${lines.join('\n')}\n\n`

/** The head of a class file for a Java release. */
export function classFile(java: number): Buffer {
  return Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, java + 44, 0, 1])
}

export function sourceOf(bytes: Buffer, name = 'some.jar'): ByteSource {
  const whole: ByteSource = {
    name,
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  }
  return partOf(whole, name, 0, bytes.length)
}
