/** What tests of packaging put into a buildpack and read from its zip. */
import { openPromise } from 'yauzl'

/** As much of a Linux program for x86-64 as packaging looks at. */
export function linuxProgram(): Buffer {
  const elf = Buffer.alloc(64)
  elf.write('\x7fELF\x02\x01', 'latin1')
  elf.writeUInt16LE(62, 18)
  return elf
}

export async function entriesOf(zip: string) {
  const entries = new Map<string, { mode: number; stored: boolean; bytes: Buffer }>()
  const archive = await openPromise(zip)
  for await (const entry of archive.eachEntry()) {
    const pieces: Buffer[] = []
    for await (const piece of await archive.openReadStreamPromise(entry)) pieces.push(piece)
    entries.set(entry.fileName, {
      mode: entry.externalFileAttributes >>> 16,
      stored: entry.compressionMethod === 0,
      bytes: Buffer.concat(pieces),
    })
  }
  return entries
}
