import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { unpack } from '../../../src/sources/archives/unpack.ts'
import { listing } from '../app.ts'
import { END_OF_TAR, type TarEntry, tarFile, type ZipEntry, zipFile } from './archive-files.ts'

const SCRIPT = '#!/bin/sh\necho hello'
const folders: string[] = []
afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true })
})

/** What an archive leaves in its folder; beside it there must never be anything. */
async function unpacked(archive: Buffer, name = 'download') {
  const root = mkdtempSync(join(tmpdir(), 'unpack-'))
  folders.push(root)
  const into = join(root, 'into')
  mkdirSync(into)
  writeFileSync(join(root, 'archive'), archive)
  const fd = openSync(join(root, 'archive'), 'r')
  try {
    const { files, bytes } = await unpack(fd, name, into)
    return { error: '', files, bytes, found: listing(into) }
  } catch (thrown) {
    return { error: (thrown as Error).message, files: [], bytes: 0, found: listing(into) }
  } finally {
    closeSync(fd)
    expect(readdirSync(root).sort()).toEqual(['archive', 'into'])
  }
}

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

describe('by its content, whatever its name says', () => {
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
  const file = (name: string | Buffer): TarEntry & ZipEntry => ({ name, content: 'x' })
  const tars: [string, readonly TarEntry[], string][] = [
    ['traversal by name', [file('../escaped')], 'leads out of the archive'],
    ['traversal in the middle of a name', [file('a/../../escaped')], 'leads out of the archive'],
    ['an absolute name', [file('/tmp/escaped')], 'absolute name'],
    ['a drive letter', [file('C:/escaped')], 'absolute name'],
    ['a backslash', [file('..\\escaped')], 'backslash'],
    ['a link out of it', [{ name: 'l', type: '2', link: '../escaped' }], 'is a link out of the archive'],
    ['a link to an absolute path', [{ name: 'l', type: '2', link: '/etc' }], 'absolute path /etc'],
    [
      'links that lead out together',
      [
        { name: 'a/b', type: '5' },
        { name: 'a/b/up', type: '2', link: '..' },
        { name: 'out', type: '2', link: 'a/b/up/../..' },
      ],
      'out of the archive',
    ],
    [
      'links in a circle',
      [
        { name: 'a', type: '2', link: 'b' },
        { name: 'b', type: '2', link: 'a' },
      ],
      'circle',
    ],
    ['a file through a link', [{ name: 'l', type: '2', link: 'd' }, file('l/x')], 'clashes'],
    ['a link over a folder', [file('d/x'), { name: 'd', type: '2', link: 'e' }], 'clashes'],
    ['a hard link out of it', [{ name: 'h', type: '1', link: '../archive' }], 'leads out'],
    ['a hard link to an absolute path', [{ name: 'h', type: '1', link: '/etc/passwd' }], 'absolute name'],
    [
      'a hard link to a link',
      [
        { name: 'l', type: '2', link: 'x' },
        { name: 'h', type: '1', link: 'l' },
      ],
      'no file of the archive',
    ],
    ['a device', [{ name: 'd', type: '3' }], 'is a device'],
    ['a fifo', [{ name: 'f', type: '6' }], 'named pipe'],
    ['a name twice', [file('a'), file('a')], 'clashes'],
    ['names that differ by case', [file('a/File'), file('a/file')], 'clashes with "a/File"'],
    ['names that differ by Unicode form', [file('caf\u00e9'), file('cafe\u0301')], 'clashes'],
    ['a carriage return in a name', [file('a\rb')], 'control characters'],
    ['broken UTF-8 in a name', [file(Buffer.from([0x61, 0xff, 0xfe]))], 'broken UTF-8'],
    ['a length that lies', [{ ...file('a'), size: 5000 }], 'cut short|damaged'],
    ['a length beyond all bounds', [{ ...file('a'), size: 0o77777777777 }], 'unpacks to more than'],
    ['a sparse file of one manner', [{ name: 'GNUSparseFile.0/a', content: 'x' }], 'sparse'],
    ['a sparse file of another', [{ name: 'a', type: 'S', content: 'x' }], 'not supported'],
    [
      'a name of over 255 bytes',
      [{ name: '././@LongLink', type: 'L', content: `${'é'.repeat(200)}\0` }, file('a')],
      'over 255 bytes',
    ],
  ]
  it.each(tars)('tar: %s', async (_, entries, message) => {
    const { error } = await unpacked(tarFile(entries))
    expect(error).toMatch(new RegExp(`^the archive is refused: .*(${message})`))
  })

  const zips: [string, readonly ZipEntry[], string][] = [
    ['traversal by name', [file('../escaped')], 'invalid relative path|leads out'],
    ['an absolute name', [file('/escaped')], 'absolute path'],
    ['a backslash', [file('..\\escaped')], 'invalid characters|backslash'],
    ['a NUL in a name', [file('a\0b')], 'control characters'],
    ['a carriage return in a name', [file('a\rb')], 'control characters'],
    ['broken UTF-8 in a name', [file(Buffer.from([0x61, 0xff, 0xfe]))], 'broken UTF-8'],
    ['a link out of it', [{ name: 'l', content: '../x', mode: 0o120777 }], 'out of the archive'],
    ['a file through a link', [{ name: 'l', content: 'd', mode: 0o120777 }, file('l/x')], 'clashes'],
    ['a link of absurd length', [{ name: 'l', content: 'x'.repeat(5000), mode: 0o120777 }], 'absurd'],
    ['a device', [{ name: 'd', mode: 0o020644 }], 'neither a file nor a folder'],
    ['a name twice', [file('a'), file('a')], 'clashes'],
    ['names that differ by case', [file('A'), file('a')], 'clashes'],
    [
      'a length that is too small',
      [{ name: 'a', content: 'x'.repeat(1000), deflate: true, size: 10 }],
      'too many bytes',
    ],
    [
      'a length that is too big',
      [{ name: 'a', content: 'x'.repeat(1000), deflate: true, size: 2000 }],
      'not enough bytes',
    ],
    ['entries that overlap', [file('a'), { ...file('b'), sameAs: 0 }], 'overlap'],
    ['an encrypted entry', [{ ...file('a'), deflate: true, flags: 0x801 }], 'encrypted'],
    ['an unknown method', [{ ...file('a'), method: 99 }], 'unsupported compression method'],
  ]
  it.each(zips)('zip: %s', async (_, entries, message) => {
    const { error } = await unpacked(zipFile(entries))
    expect(error).toMatch(new RegExp(`^the archive is refused: .*(${message})`))
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
          'the archive is refused',
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
        'the archive is refused: its xz data is damaged or cut short',
      )
    }
  })
})

it('stops at what an archive announces, before it is written', async () => {
  const { error, found } = await unpacked(gzipSync(tarFile([{ name: 'zeros', size: 600 * 1024 ** 2 }])))
  expect(error).toMatch(/unpacks to more than 256 MB/)
  expect(found).toEqual([])
})
