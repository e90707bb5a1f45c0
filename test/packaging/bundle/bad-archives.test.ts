import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ArchiveSpec, storedEntry, writeArchive } from '../../support/bundle/archive-generator.ts'
import { type Workplace, workplace } from '../../support/bundle/workplace.ts'

let place: Workplace
beforeEach(() => {
  place = workplace()
})
afterEach(() => place.remove())

const archive = (comment = '', zip64: ArchiveSpec['zip64'] = 'no') =>
  writeArchive({
    prefix: Buffer.alloc(0),
    countsPrefix: true,
    entries: [storedEntry('a.txt', Buffer.from('first')), storedEntry('b.txt', Buffer.from('second'))],
    comment: Buffer.from(comment, 'latin1'),
    zip64,
  })
const named = (name: string) =>
  writeArchive({
    prefix: Buffer.alloc(0),
    countsPrefix: true,
    entries: [storedEntry('a.txt', Buffer.from('first')), storedEntry(name, Buffer.from('evil'))],
    comment: Buffer.alloc(0),
    zip64: 'no',
  })
const SECOND_LOCAL = 30 + 5 + 5
const DIRECTORY = SECOND_LOCAL + 30 + 5 + 6
const SECOND_CENTRAL = DIRECTORY + 46 + 5
const END = SECOND_CENTRAL + 46 + 5

/** The same with zip64 end records, its locator given to be written over. */
function changedLocator(change: (locator: Buffer) => void): Buffer {
  const bytes = archive('', 'yes')
  change(bytes.subarray(-42, -22))
  return bytes
}

/** The archive with some bytes written over. */
function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = archive()
  change(bytes)
  return bytes
}

const bad: readonly (readonly [string, () => Buffer, RegExp])[] = [
  ['an empty file', () => Buffer.alloc(0), /not a zip archive/],
  ['a text', () => Buffer.from('hello, world\n'.repeat(9)), /not a zip archive/],
  ['a truncated archive', () => archive().subarray(0, END - 3), /the end of the archive is missing/],
  [
    'a big archive of which the end is missing',
    () => Buffer.concat([archive().subarray(0, DIRECTORY), Buffer.alloc(70_000)]),
    /the end of the archive is missing/,
  ],
  [
    'an archive without its end record',
    () => archive().subarray(0, END),
    /the end of the archive is missing/,
  ],
  ['trailing bytes', () => Buffer.concat([archive(), Buffer.from('xyz')]), /3 bytes follow the end/],
  [
    'an end record within the comment of another',
    () => archive(`${archive().subarray(END).toString('latin1')}`),
    /two end records/,
  ],
  [
    'a directory said to be elsewhere',
    () => changed((b) => b.writeUInt32LE(DIRECTORY + 1, END + 16)),
    /not where/,
  ],
  ['a directory said to be smaller', () => changed((b) => b.writeUInt32LE(40, END + 12)), /not where/],
  [
    'a wrong number of entries',
    () => changed((b) => b.fill('\x03\0\x03\0', END + 8, END + 12)),
    /3 entries, found 2/,
  ],
  [
    'an offset to no entry',
    () => changed((b) => b.writeUInt32LE(3, SECOND_CENTRAL + 42)),
    /overlap|differs from/,
  ],
  [
    'an offset behind the entries',
    () => changed((b) => b.writeUInt32LE(DIRECTORY, SECOND_CENTRAL + 42)),
    /differs from/,
  ],
  [
    'a compressed size that reaches the next entry',
    () => changed((b) => b.writeUInt32LE(9, b.writeUInt32LE(9, 18) - 22 + DIRECTORY + 20)),
    /1 and 2 .* overlap/,
  ],
  [
    'a size that the entry itself does not tell',
    () => changed((b) => b.writeUInt32LE(4, SECOND_CENTRAL + 20)),
    /entry 2 differs from/,
  ],
  [
    'an uncompressed size that the entry itself does not tell',
    () => changed((b) => b.writeUInt32LE(4, SECOND_CENTRAL + 24)),
    /entry 2 differs from/,
  ],
  [
    'a name that the entry itself does not tell',
    () => changed((b) => b.write('B', SECOND_CENTRAL + 46)),
    /entry 2 differs from the central directory \(offset, name/,
  ],
  [
    'a name that is longer in the entry itself',
    () => changed((b) => b.writeUInt16LE(6, SECOND_LOCAL + 26)),
    /entry 2 differs from/,
  ],
  [
    'a checksum that the entry itself does not tell',
    () => changed((b) => b.writeUInt32LE(4, SECOND_CENTRAL + 16)),
    /entry 2 differs from/,
  ],
  [
    'two names for the same bytes',
    () => changed((b) => b.writeUInt32LE(0, SECOND_CENTRAL + 42)),
    /1 and 2 .* overlap/,
  ],
  [
    'an encrypted entry',
    () => changed((b) => b.writeUInt16LE(1, SECOND_CENTRAL + 8)),
    /encrypted \(b\.txt\)/,
  ],
  ['an entry outside of the app', () => named('../evil'), /\.\.\/evil would be unpacked outside the app/],
  ['an entry outside of the app, on Windows', () => named('a\\..\\..\\evil'), /unpacked outside the app/],
  ['an entry with an absolute path', () => named('/etc/evil'), /\/etc\/evil would be unpacked outside/],
  ['an entry with a drive', () => named('C:evil'), /C:evil would be unpacked outside/],
  ['one volume of several', () => changed((b) => b.writeUInt16LE(1, END + 4)), /split archive/],
  [
    'one volume of several, by its zip64 locator',
    () => changedLocator((locator) => locator.writeUInt32LE(2, 16)),
    /split archive/,
  ],
  [
    'a zip64 end record said to be elsewhere',
    () => changedLocator((locator) => locator.writeUInt32LE(7, 8)),
    /zip64 end record is not where/,
  ],
  [
    'zip64 values without a zip64 record',
    () => changed((b) => b.writeUInt32LE(0xffffffff, END + 16)),
    /zip64 record is missing/,
  ],
  [
    'a broken directory',
    () => changed((b) => b.writeUInt32LE(0, SECOND_CENTRAL)),
    /entry 2 of the central directory/,
  ],
  [
    'a name longer than the directory',
    () => changed((b) => b.writeUInt16LE(999, SECOND_CENTRAL + 28)),
    /entry 2 of the/,
  ],
]

test.each(bad)('refuses %s, and does not change it', async (_, make, message) => {
  for (const inPlace of [false, true]) {
    const before = make()
    const jar = place.write('app.jar', before)
    await expect(place.bundle({ inPlace })).rejects.toThrow(message)
    expect(readFileSync(jar).equals(before)).toBe(true)
    expect(readdirSync(place.folder).sort()).toEqual(['app.jar', 'tool'])
  }
})

test('takes names with dots in them that stay in the app', async () => {
  place.write('app.jar', named('..a/b..c/...'))
  expect((await place.bundle({})).added).toHaveLength(2)
})

test('takes the archive that all of these were made from', async () => {
  place.write('app.jar', archive('a comment'))
  expect((await place.bundle({})).added).toHaveLength(2)
})

const badPaths = [
  ['tool=../tool', /\.\./],
  ['tool=a/../../tool', /\.\./],
  ['tool=/bin/tool', /absolute/],
  ['tool=C:/tool', /absolute/],
  ['tool=a\\b', /backslash/],
  ['tool=.', /empty/],
  ['missing', /missing does not exist/],
  ['tool=a.txt/tool', /a\.txt is a file in the archive/],
] as const

test.each(badPaths)('refuses --sidecar %s', async (sidecar, message) => {
  const before = archive()
  const jar = place.write('app.jar', before)
  await expect(place.bundle({ sidecars: [sidecar] })).rejects.toThrow(message)
  expect(readFileSync(jar).equals(before)).toBe(true)
})

test('refuses a folder, a missing file, a read-only jar and a folder as output', async () => {
  mkdirSync(join(place.folder, 'folder'))
  await expect(place.bundle({ jar: 'folder' })).rejects.toThrow(/folder is a directory/)
  await expect(place.bundle({ jar: 'none.jar' })).rejects.toThrow(/none\.jar does not exist/)
  const jar = place.write('app.jar', archive())
  await expect(place.bundle({ out: 'folder' })).rejects.toThrow(/is a directory; use a file name/)
  await expect(place.bundle({ out: 'nowhere/app.jar' })).rejects.toThrow(/directory nowhere not found/)
  await expect(place.bundle({ out: 'nowhere/' })).rejects.toThrow(/directory nowhere not found/)
  chmodSync(jar, 0o444)
  await expect(place.bundle({})).rejects.toThrow(/read-only/)
  await expect(place.bundle({ inPlace: true })).rejects.toThrow(/read-only/)
  expect((await place.bundle({ out: 'out.jar' })).added).toHaveLength(2)
})

test.skipIf(process.platform === 'win32')(
  'refuses pipes and links that lead nowhere, without waiting',
  async () => {
    execFileSync('mkfifo', ['pipe'], { cwd: place.folder })
    symlinkSync('none.jar', join(place.folder, 'nowhere.jar'))
    await expect(place.bundle({ jar: 'pipe' })).rejects.toThrow(
      /pipe is a named pipe \(fifo\), expected a file/,
    )
    await expect(place.bundle({ jar: 'nowhere.jar' })).rejects.toThrow(/nowhere\.jar does not exist/)
    const before = archive()
    const jar = place.write('app.jar', before)
    await expect(place.bundle({ out: 'pipe' })).rejects.toThrow(
      /pipe is a named pipe \(fifo\), expected a file/,
    )
    await expect(place.bundle({ sidecars: ['pipe'] })).rejects.toThrow(
      /pipe is a named pipe \(fifo\), expected a file or a directory/,
    )
    expect(readFileSync(jar).equals(before)).toBe(true)
  },
)

test('an output that is there is replaced behind its link, and refused when it is read-only', async () => {
  place.write('app.jar', archive())
  const other = place.write('other.jar', archive())
  symlinkSync('other.jar', join(place.folder, 'link.jar'))
  expect((await place.bundle({ out: 'link.jar' })).added).toHaveLength(2)
  expect(lstatSync(join(place.folder, 'link.jar')).isSymbolicLink()).toBe(true)
  const after = readFileSync(other)
  expect(after.subarray(0, 2).toString()).toBe('PK')
  chmodSync(other, 0o444)
  await expect(place.bundle({ out: 'link.jar' })).rejects.toThrow(/link\.jar is read-only/)
  expect(readFileSync(other).equals(after)).toBe(true)
})

test('reports a missing temporary directory, and does not change the jar', async () => {
  const before = archive()
  const jar = place.write('app.jar', before)
  vi.stubEnv('TMPDIR', join(place.folder, 'no-tmp'))
  await expect(place.bundle({})).rejects.toThrow(/no-tmp does not exist/)
  vi.unstubAllEnvs()
  expect(readFileSync(jar).equals(before)).toBe(true)
})

test('adds the file that a link leads to, as build tools leave their results', async () => {
  place.write('app.jar', archive())
  symlinkSync('tool', join(place.folder, 'built'))
  const { added } = await place.bundle({ sidecars: ['built'] })
  expect(added[0]).toMatchObject({ path: 'built', mode: 0o755 })
})

test('does not replace a file that is no archive, and names UTF-16 in --config', async () => {
  place.write('app.jar', archive())
  const yaml = place.write('sidecars.yml', 'sidecars: [{name: tool, memory: 9M, command: ./tool}]\n')
  const onto = place.bundle({ config: 'sidecars.yml', out: 'sidecars.yml' })
  await expect(onto).rejects.toThrow('-o: sidecars.yml exists and is not a zip archive')
  place.write('16.yml', Buffer.from(`\ufeff${readFileSync(yaml)}`, 'utf16le'))
  await expect(place.bundle({ config: '16.yml' })).rejects.toThrow('the file is UTF-16; save it as UTF-8')
})

test('refuses a directory that contains a link to its parent', async () => {
  place.write('app.jar', archive())
  mkdirSync(join(place.folder, 'tools'))
  symlinkSync('..', join(place.folder, 'tools', 'up'))
  await expect(place.bundle({ sidecars: ['tools'] })).rejects.toThrow(/a directory that contains it/)
})
