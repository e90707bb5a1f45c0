/** Big and hostile archives: what they may cost in memory and on the disk, and that nothing escapes. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGzip, deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { tarFile, type ZipEntry, zipFile } from '../../support/archives/archive-files.ts'
import { HOSTILE_TARS, HOSTILE_ZIPS } from '../../support/archives/hostile.ts'
import { type Unpacking, unpacked as unpackedAlone } from '../../support/archives/unpacking.ts'
import { temporaryFolder } from '../../support/files.ts'
import { installedProgram } from '../../support/programs.ts'

const MB = 1024 ** 2
const folder = temporaryFolder()
let tried = 0
let escapes = 0

async function unpacked(archive: Buffer): Promise<Unpacking> {
  const outcome = await unpackedAlone(archive)
  tried++
  if (outcome.escaped.length > 0) escapes++
  return outcome
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
  expect(await unpacked(gzipSync(inner))).toMatchObject({ error: '', files: ['download'] })
  expect(await unpacked(gzipSync(tarFile([{ name: 'inner.tgz', content: inner }])))).toMatchObject({
    error: '',
    files: ['inner.tgz'],
  })
})

it('65,536 entries are more than a zip without zip64 can have, and fine with it', async () => {
  const python = installedProgram('python3')
  if (!python) return
  const script = `import sys, zipfile, io
b = io.BytesIO()
with zipfile.ZipFile(b, 'w') as z:
    for i in range(65536): z.writestr(f'd{i % 256}/f{i}', b'x')
sys.stdout.buffer.write(b.getvalue())`
  const zip = execFileSync(python, ['-c', script], { maxBuffer: 64 * MB })
  const { error, files } = await unpacked(zip)
  expect({ error, files: files.length }).toEqual({ error: '', files: 65_536 })
})

it('refuses a directory with wrong entries or offsets', async () => {
  const zip = zipFile([{ name: 'a', content: 'x' }])
  for (const at of [10, 16]) {
    const lying = Buffer.from(zip)
    lying.writeUInt16LE(0xfffe, lying.length - 22 + at)
    expect((await unpacked(lying)).error).toContain('the archive is rejected')
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

describe('4 GB sparse', () => {
  const tar = installedProgram('tar')
  const manners = [
    '--format=gnu',
    ...['0.0', '0.1', '1.0'].map((version) => `--format=pax --sparse-version=${version}`),
  ]
  it.skipIf(!tar).each(manners)('as tar packs it with %s is refused, and takes no room', async (manner) => {
    writeFileSync(join(folder, 'sparse'), '')
    truncateSync(join(folder, 'sparse'), 4096 * MB)
    const args = ['-czSf', 'sparse.tgz', ...manner.split(' '), 'sparse']
    execFileSync(tar ?? '', args, { cwd: folder })
    expect(await unpacked(readFileSync(join(folder, 'sparse.tgz')))).toMatchObject({
      error:
        'the archive is rejected: its entry "sparse" is a sparse file, which is not supported; pack it without tar\'s --sparse',
      megabytes: 0,
    })
  })
})

/** 2 MB that nothing compresses, and some that everything does. */
function contents(): { name: string; content: Buffer; mode: number }[] {
  return [
    { name: 'noise', content: randomBytes(1_500_000), mode: 0o644 },
    { name: 'text', content: Buffer.alloc(1_000_000, 'sidecar '), mode: 0o644 },
    {
      name: 'bin/run',
      content: Buffer.concat([Buffer.from('#!/bin/sh\n'), randomBytes(500_000)]),
      mode: 0o755,
    },
  ]
}

describe('an archive of several MB, cut short', () => {
  const packers = { xz: ['-0'], bzip2: ['-1'], zstd: ['-1'] }
  const tarArchive = tarFile(contents())
  const archives: [string, () => Buffer | undefined][] = [
    ['tar', () => tarArchive],
    ['tar.gz', () => gzipSync(tarArchive)],
    ...Object.entries(packers).map(([name, args]): [string, () => Buffer | undefined] => [
      `tar.${name}`,
      () => {
        const packer = installedProgram(name)
        if (packer === undefined) return undefined
        return execFileSync(packer, ['-c', ...args], { input: tarArchive, maxBuffer: 64 * MB })
      },
    ]),
    [
      'zip',
      () => zipFile(contents().map((each) => ({ ...each, mode: each.mode | 0o100000, deflate: true }))),
    ],
  ]
  const step = count(200_000, 1000)
  it.each(archives)(`%s: is refused at every ${step}th byte`, async (name, pack) => {
    const archive = pack()
    if (!archive) return
    expect((await unpacked(archive)).files).toEqual(['bin/run', 'noise', 'text'])
    // The end of a tar archive is 1,024 zeros, of which one block is enough.
    for (let length = step; length < archive.length - (name === 'tar' ? 1024 : 0); length += step) {
      const { error } = await unpacked(archive.subarray(0, length))
      expect(error, `${length} of ${archive.length} bytes`).toContain('the archive is rejected')
    }
  })
})

it('nothing escapes from the directory', async () => {
  for (const [, entries] of HOSTILE_TARS) await unpacked(tarFile(entries))
  for (const [, entries] of HOSTILE_ZIPS) await unpacked(zipFile(entries))
  const measure = `escapes of ${tried} hostile and damaged archives`
  expect(measured({ area: 'sources', measure, value: escapes, unit: 'escapes', atMost: 0 })).toBe(true)
})
