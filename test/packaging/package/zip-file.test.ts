import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { writeZip } from '../../../src/packaging/package/zip-file.ts'
import { temporaryFolder } from '../../support/files.ts'
import { entriesOf } from './package-files.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

const out = () => join(folder, 'out.zip')
const file = (name: string, bytes: Buffer) => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

describe('a written zip', () => {
  it('has the size of a stored entry before its content, as java.util.zip.ZipInputStream needs it', async () => {
    const noise = randomBytes(3_000_000)
    await writeZip([{ name: 'noise.tgz', executable: false, content: { file: file('noise', noise) } }], out())
    const bytes = readFileSync(out())
    const [flags, method, size] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8), bytes.readUInt32LE(22)]
    expect({ describedBehind: (flags & 8) !== 0, method, size }).toEqual({
      describedBehind: false,
      method: 0,
      size: noise.length,
    })
    expect((await entriesOf(out())).get('noise.tgz')?.bytes.equals(noise)).toBe(true)
  })

  it('is named when it cannot be written, as on a full disk, and none remains', async () => {
    symlinkSync('/dev/full', `${out()}.${process.pid}.part`)
    const entry = { name: 'a', executable: false, content: { bytes: Buffer.from('a') } }
    await expect(writeZip([entry], out())).rejects.toThrow(`cannot write ${out()}: no space left on device`)
    await expect(writeZip([entry], '/proc/out.zip')).rejects.toThrow(
      'cannot write /proc/out.zip: no such file',
    )
    expect(readdirSync(folder)).toEqual([])
  })

  it('reports its size and checksum, and each large entry before it is read', async () => {
    const told: string[] = []
    const content = { file: file('large', Buffer.alloc(5_000_000, 'text ')) }
    const written = await writeZip([{ name: 'large', executable: false, content }], out(), {
      onEntry: (name, bytes) => told.push(`${name} ${bytes}`),
    })
    expect(told).toEqual(['large 5000000'])
    expect(written.bytes).toBe(readFileSync(out()).length)
  })

  it.each(['a\\b', 'c:d', 'C:/d'])('refuses %s, a name that archiver changes', async (name) => {
    const entry = { name, executable: false, content: { bytes: Buffer.from('x') } }
    // Several times, because the file is created while the first entry is refused.
    for (let round = 0; round < 200; round++) {
      await expect(writeZip([entry], out())).rejects.toThrow(name)
      expect(readdirSync(folder)).toEqual([])
    }
  })

  it('is removed when a file cannot be read, or nothing can be written', async () => {
    const entries = [
      { name: 'a', executable: false, content: { bytes: randomBytes(100_000) } },
      { name: 'b', executable: false, content: { file: join(folder, 'missing') } },
    ]
    await expect(writeZip(entries, out())).rejects.toThrow('missing does not exist')
    expect(readdirSync(folder)).toEqual([])
    mkdirSync(`${out()}.${process.pid}.part`)
    await expect(writeZip(entries.slice(0, 1), out())).rejects.toThrow('out.zip: is a directory')
  })
})
