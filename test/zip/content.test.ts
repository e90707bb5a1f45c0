import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { describe, expect, it } from 'vitest'
import { withFile } from '../../src/zip/byte-source.ts'
import { readAll } from '../../src/zip/content.ts'
import { entryAt, readDirectory, walkDirectory, type ZipEntry } from '../../src/zip/directory.ts'
import { temporaryFolder } from '../support/files.ts'

const folder = temporaryFolder()

/** Calls back with the only entry of an archive of this content. */
async function withEntry(
  content: Buffer,
  change: (zip: Buffer) => void,
  use: (read: () => Buffer, entry: ZipEntry) => void,
) {
  const zip = new AdmZip()
  zip.addFile('tool', content)
  const bytes = zip.toBuffer()
  change(bytes)
  const path = join(folder, 'a.zip')
  writeFileSync(path, bytes)
  await withFile(path, 'a.zip', async (source) => {
    const directory = readDirectory(source)
    const entries: ZipEntry[] = []
    walkDirectory(directory, (header) => void entries.push(entryAt(directory, header)))
    const [entry] = entries as [ZipEntry]
    use(() => readAll(source, entry), entry)
  })
}

describe('all of an entry', () => {
  it('is read also where it is larger than 4 MiB', async () => {
    const content = randomBytes(6 * 1024 ** 2)
    await withEntry(
      content,
      () => {},
      (read) => expect(read().equals(content)).toBe(true),
    )
  })

  it('is refused when it unpacks to more than the directory says', async () => {
    // Offset 24 of a central header is the size: PKWARE's APPNOTE, 4.3.12.
    const change = (zip: Buffer) => zip.writeUInt32LE(10, zip.indexOf('PK\x01\x02') + 24)
    await withEntry(Buffer.alloc(1000, 'a'), change, (read, { size }) => {
      expect(size).toBe(10)
      expect(read).toThrow('tool in a.zip is damaged')
    })
  })
})
