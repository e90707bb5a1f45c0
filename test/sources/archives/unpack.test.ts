import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { END_OF_TAR, type TarEntry, tarFile, zipFile } from '../../support/archives/archive-files.ts'
import { HOSTILE_TARS, HOSTILE_ZIPS } from '../../support/archives/hostile.ts'
import { unpacked } from '../../support/archives/unpacking.ts'

const SCRIPT = '#!/bin/sh\necho hello'

const TREE: readonly TarEntry[] = [
  { name: 'top/', type: '5', mode: 0o700 },
  { name: 'top/bin/one', content: SCRIPT, mode: 0o4755 },
  { name: './top/README', content: 'text', mode: 0o666 },
  { name: 'top/lost-its-mode', content: SCRIPT, mode: 0o644 },
  { name: 'top/current', type: '2', link: 'bin/one' },
  { name: 'top/hard', type: '1', link: 'top/README' },
]
const UNPACKED_TREE = [
  'top/ 755',
  'top/README 666 text',
  'top/bin/ 755',
  `top/bin/one 755 ${SCRIPT}`,
  'top/current -> bin/one',
  'top/hard 666 text',
  `top/lost-its-mode 755 ${SCRIPT}`,
]

function compressed(tool: string, content: Buffer): Buffer {
  return execFileSync(tool, ['-c'], { input: content })
}

function hasTool(tool: string): boolean {
  return ['/usr/bin', '/bin', '/usr/local/bin'].some((folder) => existsSync(join(folder, tool)))
}

describe('is detected by its content, not its name', () => {
  it('a tar archive is unpacked, with modes whatever the umask and without set-id bits', async () => {
    const before = process.umask(0o077)
    const { found, files, bytes } = await unpacked(tarFile(TREE))
    process.umask(before)
    expect(found).toEqual(UNPACKED_TREE)
    expect(files).toEqual(['top/README', 'top/bin/one', 'top/current', 'top/hard', 'top/lost-its-mode'])
    expect(bytes).toBe(2 * SCRIPT.length + 4)
  })

  it('a gzipped one too', async () => {
    expect((await unpacked(gzipSync(tarFile(TREE)), 'x.zip')).found).toEqual(UNPACKED_TREE)
  })

  it('one in several gzip members, and one filled up with zeros, too', async () => {
    const tar = tarFile(TREE)
    const members = Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))])
    expect((await unpacked(members)).found).toEqual(UNPACKED_TREE)
    expect((await unpacked(Buffer.concat([gzipSync(tar), Buffer.alloc(600_000)]))).found).toEqual(
      UNPACKED_TREE,
    )
  })

  it.each(['xz', 'bzip2', 'zstd'].filter(hasTool))('one packed with %s too', async (tool) => {
    expect((await unpacked(compressed(tool, tarFile(TREE)))).found).toEqual(UNPACKED_TREE)
  })

  it('a zip archive is unpacked, its links and modes too', async () => {
    const { found } = await unpacked(
      zipFile([
        { name: 'top/', mode: 0o40700 },
        { name: 'top/bin/one', content: SCRIPT, mode: 0o100644, deflate: true },
        { name: 'top/README', content: 'text', mode: 0o100600 },
        { name: 'top/dos', content: 'text' },
        { name: 'top/current', content: 'bin/one', mode: 0o120777 },
      ]),
    )
    expect(found).toEqual([
      'top/ 755',
      'top/README 600 text',
      'top/bin/ 755',
      `top/bin/one 755 ${SCRIPT}`,
      'top/current -> bin/one',
      'top/dos 644 text',
    ])
  })

  it('a jar is taken as a file, by its name or its manifest', async () => {
    const jar = zipFile([
      { name: 'META-INF/MANIFEST.MF', content: 'Main-Class: A' },
      { name: 'A.class', content: 'x' },
    ])
    expect((await unpacked(jar, 'tool.jar')).files).toEqual(['tool.jar'])
    expect((await unpacked(jar, 'download')).files).toEqual(['download.jar'])
  })

  it('a bare file, and a single compressed one, get the name of the download', async () => {
    expect((await unpacked(Buffer.from(SCRIPT), 'one')).found).toEqual([`one 755 ${SCRIPT}`])
    expect((await unpacked(gzipSync(SCRIPT), 'one.gz')).found).toEqual([`one 755 ${SCRIPT}`])
    expect((await unpacked(Buffer.from('text'), 'x.tgz')).found).toEqual(['x.tgz 644 text'])
  })

  it('long names are understood, in both manners', async () => {
    const long = `${'folder/'.repeat(30)}file`
    const record = ` path=${long}\n`
    const pax = `${record.length + 3}${record}`
    expect(
      (
        await unpacked(
          tarFile([
            { name: 'pax', type: 'x', content: pax },
            { name: 'short', content: 'a' },
          ]),
        )
      ).files,
    ).toEqual([long])
    expect(
      (
        await unpacked(
          tarFile([
            { name: '././@LongLink', type: 'L', content: `${long}\0` },
            { name: 'short', content: 'a' },
          ]),
        )
      ).files,
    ).toEqual([long])
  })
})

describe('an archive is refused', () => {
  it.each(HOSTILE_TARS)('tar: %s', async (_, entries, message) => {
    const { error, escaped } = await unpacked(tarFile(entries))
    expect(escaped).toEqual([])
    expect(error).toMatch(new RegExp(`^the archive is rejected: .*(${message})`))
  })

  it.each(HOSTILE_ZIPS)('zip: %s', async (_, entries, message) => {
    const { error, escaped } = await unpacked(zipFile(entries))
    expect(escaped).toEqual([])
    expect(error).toMatch(new RegExp(`^the archive is rejected: .*(${message})`))
  })

  it('when it is cut short anywhere', async () => {
    const content = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * i * 31) % 251))
    const tar = tarFile([
      { name: 'a', content },
      { name: 'b', content: SCRIPT },
    ])
    const packed = gzipSync(tar)
    const zip = zipFile([
      { name: 'a', content, deflate: true },
      { name: 'b', content: SCRIPT },
    ])
    for (const archive of [tar, packed, zip]) {
      for (let length = 1000; length < archive.length - END_OF_TAR.length; length += 1000) {
        expect((await unpacked(archive.subarray(0, length))).error, `${length}`).toContain(
          'the archive is rejected',
        )
      }
    }
    expect((await unpacked(tar.subarray(0, tar.length - END_OF_TAR.length))).error).toContain(
      'its end is missing',
    )
  })

  it('when its compressed data is damaged', async () => {
    const packed = gzipSync(tarFile(TREE))
    packed[40] = (packed[40] ?? 0) ^ 0xff
    expect((await unpacked(packed)).error).toMatch(/gzip data is damaged|tar data is damaged/)
    if (hasTool('xz')) {
      const xz = compressed('xz', tarFile(TREE))
      expect((await unpacked(xz.subarray(0, xz.length - 20))).error).toBe(
        'the archive is rejected: its xz data is damaged or cut short',
      )
    }
  })
})

it('stops at the announced size, before anything is written', async () => {
  const { error, found } = await unpacked(gzipSync(tarFile([{ name: 'zeros', size: 600 * 1024 ** 2 }])))
  expect(error).toMatch(/unpacks to more than 256 MiB/)
  expect(found).toEqual([])
})
