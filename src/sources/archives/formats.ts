/** Detects the format of a downloaded file by its content, not by its name. */

export type Compression = 'gzip' | 'xz' | 'zstd' | 'bzip2'

const MAGIC: readonly [Compression, string][] = [
  ['gzip', '\x1f\x8b\x08'],
  ['xz', '\xfd7zXZ\x00'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['bzip2', 'BZh'],
]

/** @param head the first bytes, 6 at least */
export function compressionOf(head: Buffer): Compression | undefined {
  const text = head.toString('latin1', 0, 6)
  return MAGIC.find(([, magic]) => text.startsWith(magic))?.[0]
}

export function isZip(head: Buffer): boolean {
  return /^PK(\x03\x04|\x05\x06)/.test(head.toString('latin1', 0, 4))
}

const BLOCK = 512

/** Whether the first block is a tar header with a valid checksum, `ustar` or older. */
export function isTar(head: Buffer): boolean {
  if (head.length < BLOCK) return false
  const written = Number.parseInt(
    head
      .toString('latin1', 148, 156)
      .replace(/[\0 ]+$/, '')
      .trim(),
    8,
  )
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (head[i] ?? 0)
  return head[0] !== 0 && sum === written
}

export function isJarName(file: string): boolean {
  return /\.[jw]ar$/i.test(file)
}
