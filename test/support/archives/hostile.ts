/** Malicious archives: the attack, the entries, and the expected message. */
import type { TarEntry, ZipEntry } from './archive-files.ts'

const file = (name: string | Buffer): TarEntry & ZipEntry => ({ name, content: 'x' })

export const HOSTILE_TARS: readonly [string, readonly TarEntry[], string][] = [
  ['traversal by name', [file('../escaped')], 'is outside the archive'],
  ['traversal in the middle of a name', [file('a/../../escaped')], 'is outside the archive'],
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
    'circular',
  ],
  ['a file through a link', [{ name: 'l', type: '2', link: 'd' }, file('l/x')], 'clashes'],
  ['a link over a folder', [file('d/x'), { name: 'd', type: '2', link: 'e' }], 'clashes'],
  ['a hard link out of it', [{ name: 'h', type: '1', link: '../archive' }], 'is outside'],
  ['a hard link to an absolute path', [{ name: 'h', type: '1', link: '/etc/passwd' }], 'absolute name'],
  [
    'a hard link to a link',
    [
      { name: 'l', type: '2', link: 'x' },
      { name: 'h', type: '1', link: 'l' },
    ],
    'not a file of the archive',
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
  [
    'a sparse file in the PAX form',
    [
      { name: 'x', type: 'x', content: '22 GNU.sparse.major=1\n24 GNU.sparse.name=real\n' },
      file('GNUSparseFile.0/a'),
    ],
    '"real" is a sparse file',
  ],
  [
    'a sparse file in the older PAX form',
    [{ name: 'x', type: 'x', content: '25 GNU.sparse.size=40960\n' }, file('a')],
    '"a" is a sparse file',
  ],
  ['a sparse file in the GNU form', [{ name: 'a', type: 'S', content: 'x' }], 'is a sparse file'],
  [
    'an extended header that is too long, before the name of a file is lost with it',
    [{ name: 'x', type: 'x', content: `1048590 comment=${'x'.repeat(1_048_572)}\n` }, file('a')],
    '"x" is an extended header of over 1 MiB',
  ],
  [
    'a name of over 255 bytes',
    [{ name: '././@LongLink', type: 'L', content: `${'é'.repeat(200)}\0` }, file('a')],
    'over 255 bytes',
  ],
]

export const HOSTILE_ZIPS: readonly [string, readonly ZipEntry[], string][] = [
  ['traversal by name', [file('../escaped')], 'invalid relative path|is outside'],
  ['an absolute name', [file('/escaped')], 'absolute path'],
  ['a backslash', [file('..\\escaped')], 'invalid characters|backslash'],
  ['a NUL in a name', [file('a\0b')], 'control characters'],
  ['a carriage return in a name', [file('a\rb')], 'control characters'],
  ['broken UTF-8 in a name', [file(Buffer.from([0x61, 0xff, 0xfe]))], 'broken UTF-8'],
  ['a link out of it', [{ name: 'l', content: '../x', mode: 0o120777 }], 'out of the archive'],
  ['a file through a link', [{ name: 'l', content: 'd', mode: 0o120777 }, file('l/x')], 'clashes'],
  ['a link with a long target', [{ name: 'l', content: 'x'.repeat(5000), mode: 0o120777 }], 'too long'],
  ['a device', [{ name: 'd', mode: 0o020644 }], 'neither a file nor a directory'],
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
