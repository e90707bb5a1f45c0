/** Big and hostile archives: what they may cost in memory and on the disk. */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGzip, deflateRawSync, gzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { unpack } from '../../../src/sources/archives/unpack.ts'
import { tarFile, type ZipEntry, zipFile } from '../../sources/archives/archive-files.ts'
import { tool } from './tools.ts'

const MB = 1024 ** 2
const folders: string[] = []
afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true })
})

/** What it ended with, and how many MB it left on the disk until then. */
async function unpacked(archive: Buffer): Promise<{ error: string; files: number; megabytes: number }> {
  const root = mkdtempSync(join(tmpdir(), 'hostile-'))
  folders.push(root)
  const into = join(root, 'into')
  mkdirSync(into)
  writeFileSync(join(root, 'archive'), archive)
  const fd = openSync(join(root, 'archive'), 'r')
  const size = () => {
    const files = readdirSync(into, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    return files.reduce((sum, each) => sum + statSync(join(each.parentPath, each.name)).size, 0) / MB
  }
  try {
    const { files } = await unpack(fd, 'download', into)
    return { error: '', files: files.length, megabytes: size() }
  } catch (thrown) {
    return { error: (thrown as Error).message, files: 0, megabytes: size() }
  } finally {
    closeSync(fd)
    expect(readdirSync(root).sort()).toEqual(['archive', 'into'])
  }
}

/** A gzip'd file of so many MB of zeros. */
async function zeros(megabytes: number, head: Buffer = Buffer.alloc(0)): Promise<Buffer> {
  const gzip = createGzip({ level: 9 })
  const pieces: Buffer[] = []
  gzip.on('data', (piece: Buffer) => pieces.push(piece))
  const done = new Promise((resolve) => gzip.once('end', resolve))
  gzip.write(head)
  for (let i = 0; i < megabytes; i++) {
    if (!gzip.write(Buffer.alloc(MB))) await new Promise((resolve) => gzip.once('drain', resolve))
  }
  gzip.end()
  await done
  return Buffer.concat(pieces)
}

it('4 GB of zeros in one gzip file end at the bound', async () => {
  const bomb = await zeros(4096)
  const bound = 256 + (100 * bomb.length) / MB
  const { error, megabytes } = await unpacked(bomb)
  expect(error).toContain('unpacks to more than')
  expect(megabytes).toBeLessThanOrEqual(bound + 1)
})

it('a tar of 4 GB of zeros is refused before a byte of it is written', async () => {
  const header = tarFile([{ name: 'zeros', size: 4096 * MB }], Buffer.alloc(0))
  const { error, megabytes } = await unpacked(await zeros(64, header))
  expect(error).toContain('unpacks to more than')
  expect(megabytes).toBe(0)
})

it('a zip of 42 kB that shares its bytes between endless entries is refused', async () => {
  const content = Buffer.alloc(10 * MB)
  const entries: ZipEntry[] = [{ name: 'e0', content, deflate: true }]
  for (let i = 1; i < 400; i++) entries.push({ name: `e${i}`, content, deflate: true, sameAs: 0 })
  const zip = zipFile(entries)
  expect(zip.length).toBeLessThan(64 * 1024)
  const { error, megabytes } = await unpacked(zip)
  expect(error).toContain('overlap')
  expect(megabytes).toBe(0)
})

it('archives in an archive are unpacked once, not again', async () => {
  const inner = gzipSync(tarFile([{ name: 'a', content: 'x' }]))
  expect(await unpacked(gzipSync(inner))).toMatchObject({ error: '', files: 1 })
  expect(await unpacked(gzipSync(tarFile([{ name: 'inner.tgz', content: inner }])))).toMatchObject({
    error: '',
    files: 1,
  })
})

it('65,536 entries are more than a zip without zip64 can have, and fine with it', async () => {
  const python = tool('python3')
  if (!python) return
  const script = `import sys, zipfile, io
b = io.BytesIO()
with zipfile.ZipFile(b, 'w') as z:
    for i in range(65536): z.writestr(f'd{i % 256}/f{i}', b'x')
sys.stdout.buffer.write(b.getvalue())`
  const zip = execFileSync(python, ['-c', script], { maxBuffer: 64 * MB })
  expect(await unpacked(zip)).toMatchObject({ error: '', files: 65_536 })
})

it('a directory that lies about its entries or where they are ends in a refusal', async () => {
  const zip = zipFile([{ name: 'a', content: 'x' }])
  for (const at of [10, 16]) {
    const lying = Buffer.from(zip)
    lying.writeUInt16LE(0xfffe, lying.length - 22 + at)
    expect((await unpacked(lying)).error).toContain('the archive is refused')
  }
})

it('whatever single byte of an archive is changed, nothing escapes and nothing hangs', async () => {
  const tar = gzipSync(
    tarFile([
      { name: 'a/b', content: 'x'.repeat(600) },
      { name: 'l', type: '2', link: 'a/b' },
    ]),
    { level: 0 },
  )
  const zip = zipFile([
    { name: 'a/b', content: deflateRawSync('x') },
    { name: 'l', content: 'a/b', mode: 0o120777 },
  ])
  for (const archive of [tar, zip]) {
    for (let at = 4; at < archive.length; at += 11) {
      const changed = Buffer.from(archive)
      changed[at] = (changed[at] ?? 0) ^ 0x2f
      await unpacked(changed)
    }
  }
})
