import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { pushApp } from '../../../src/lifecycle/push/push.ts'
import { type ZipEntry, zipFile } from '../../support/archives/archive-files.ts'
import { temporaryFolder } from '../../support/files.ts'

let root: string
const path = (...parts: string[]) => join(root, ...parts)
const pushed = (file: string) => path('pushed', file)
const modeOf = (file: string) => (lstatSync(file).mode & 0o7777).toString(8)

beforeEach(() => {
  root = temporaryFolder()
  mkdirSync(pushed(''))
})

describe('pushes a directory', () => {
  beforeEach(() => mkdirSync(path('app', 'bin'), { recursive: true }))

  const push = () => pushApp({ app: path('app'), buildDir: pushed(''), except: path('app', 'staged') })

  test('keeps the modes of files and links, gives directories 0755', async () => {
    writeFileSync(path('app', 'bin', 'run'), 'x')
    chmodSync(path('app', 'bin', 'run'), 0o750)
    symlinkSync('bin/run', path('app', 'link'))
    symlinkSync('nowhere', path('app', 'dangling'))
    chmodSync(path('app', 'bin'), 0o700)
    await push()
    expect(modeOf(pushed('bin/run'))).toBe('750')
    expect(modeOf(pushed('bin'))).toBe('755')
    expect(readlinkSync(pushed('link'))).toBe('bin/run')
    expect(readlinkSync(pushed('dangling'))).toBe('nowhere')
  })

  test('takes files and links whose names are not UTF-8', async () => {
    const bytes = (text: string) => Buffer.from(text, 'latin1')
    mkdirSync(bytes(path('app', 'd\xff')))
    writeFileSync(bytes(path('app', 'd\xff', 'caf\xe9')), 'x')
    symlinkSync(bytes('d\xff/caf\xe9'), bytes(path('app', 'l\xfe')))
    await push()
    const names = readdirSync(pushed(''), { encoding: 'buffer' }).map((each) => each.toString('latin1'))
    expect(names.toSorted()).toEqual(['d\xff', 'l\xfe'])
    expect(readFileSync(bytes(pushed('l\xfe')), 'utf8')).toBe('x')
  })

  test('leaves out what .cfignore names, its own list, and the output of the staging', async () => {
    writeFileSync(path('app', '.cfignore'), 'logs\n!logs/keep\n')
    for (const folder of ['logs', 'staged']) mkdirSync(path('app', folder))
    for (const file of ['manifest.yml', 'a', 'logs/keep', 'logs/b', 'staged/droplet.tgz']) {
      writeFileSync(path('app', file), file)
    }
    await push()
    expect(readdirSync(pushed(''), { recursive: true }).sort()).toEqual(['a', 'logs', 'logs/keep'])
  })

  test('leaves out empty directories, and those whose files are all ignored', async () => {
    for (const folder of ['a/b/c', 'd']) mkdirSync(path('app', folder), { recursive: true })
    for (const file of ['.gitignore', 'a/b/.gitignore', 'd/x']) writeFileSync(path('app', file), '')
    await push()
    expect(readdirSync(pushed(''), { recursive: true }).sort()).toEqual(['d', 'd/x'])
  })

  test('refuses an app without files', async () => {
    await expect(push()).rejects.toThrow('app has no files to push: cf push ignores manifest.yml')
    rmdirSync(path('app', 'bin'))
    await expect(push()).rejects.toThrow('is empty')
  })

  test('leaves time for signals', async () => {
    for (let index = 0; index < 300; index++) writeFileSync(path('app', `${index}`), '')
    const counts: number[] = []
    const counting = setInterval(() => counts.push(readdirSync(pushed('')).length), 0)
    await push()
    clearInterval(counting)
    expect(counts.filter((each) => each > 0 && each < 300)).not.toEqual([])
  })

  test('refuses a named pipe, saying what to do', async () => {
    execFileSync('mkfifo', [path('app', 'pipe')])
    await expect(push()).rejects.toThrow(/pipe is not a file, directory or link.*\.cfignore/)
  })
})

describe('explodes an archive', () => {
  const push = () => pushApp({ app: path('app.jar'), buildDir: pushed('') })
  const write = (entries: readonly ZipEntry[]) => writeFileSync(path('app.jar'), zipFile(entries))
  const listed = () => readdirSync(pushed(''), { recursive: true }).sort()

  test('gives every file 0744, whatever its mode in the archive, and directories 0755', async () => {
    write([
      { name: 'META-INF/MANIFEST.MF', content: 'm', mode: 0o100600 },
      { name: 'bin/run', content: 'b', mode: 0o100755 },
    ])
    await push()
    expect(modeOf(pushed('META-INF/MANIFEST.MF'))).toBe('744')
    expect(modeOf(pushed('bin/run'))).toBe('744')
    expect(modeOf(pushed('bin'))).toBe('755')
    expect(readFileSync(pushed('bin/run'), 'utf8')).toBe('b')
  })

  test('leaves out empty directories, also those without a slash in their name', async () => {
    write([{ name: 'a/' }, { name: 'b', mode: 0o040755 }, { name: 'c/d' }])
    await push()
    expect(listed()).toEqual(['c', 'c/d'])
  })

  test.each([
    ['its own list', [{ name: 'manifest.yml' }, { name: 'a/.git/x' }, { name: 'sidecars.yml' }]],
    [
      'the first .cfignore, at any depth',
      [
        { name: 'a/.cfignore', content: 'b\n!manifest.yml' },
        { name: '.cfignore', content: 'manifest.yml\nsidecars.yml' },
        { name: 'b/c' },
        { name: 'sidecars.yml' },
      ],
    ],
  ])('leaves out what %s ignores', async (_, entries) => {
    write([...entries, { name: 'd' }])
    await push()
    expect(listed()).toEqual(['d', 'sidecars.yml'])
  })

  test('takes the files of its own list that .cfignore includes', async () => {
    write([{ name: '.cfignore', content: '!manifest.yml' }, { name: 'manifest.yml' }, { name: 'a' }])
    await push()
    expect(listed()).toEqual(['a', 'manifest.yml'])
  })

  test('takes names and links as bytes, with and without the UTF-8 flag', async () => {
    const name = Buffer.from('caf\xe9', 'latin1')
    write([
      { name: 'é', flags: 0 },
      { name, flags: 0 },
      { name: 'back\\slash' },
      { name: 'link', content: name, mode: 0o120777 },
    ])
    await push()
    const names = readdirSync(pushed(''), { encoding: 'buffer' }).map((each) => each.toString('latin1'))
    expect(names.toSorted()).toEqual(['back\\slash', 'caf\xe9', 'link', '\xc3\xa9'])
    expect(readlinkSync(pushed('link'), { encoding: 'buffer' })).toEqual(name)
  })

  test('unpacks a jar after a launch script', async () => {
    write([{ name: 'file', content: 'content' }, { name: 'b' }])
    const jar = readFileSync(path('app.jar'))
    writeFileSync(path('app.jar'), '#!/bin/sh\nexec java -jar "$0"\n')
    appendFileSync(path('app.jar'), jar)
    await push()
    expect(readFileSync(pushed('file'), 'utf8')).toBe('content')
  })

  test('makes links last, so that nothing is written through one', async () => {
    write([{ name: 'out', content: '..', mode: 0o120777 }, { name: 'out/escaped' }])
    await expect(push()).rejects.toThrow('app.jar cannot be unpacked')
    expect(readdirSync(root).sort()).toEqual(['app.jar', 'pushed'])
  })

  test('keeps a link of the archive', async () => {
    write([{ name: 'link', content: 'a/b', mode: 0o120777 }, { name: 'c' }])
    await push()
    expect(readlinkSync(pushed('link'))).toBe('a/b')
  })

  test('takes equal files with the same name', async () => {
    write([{ name: 'a' }, { name: 'a' }])
    await push()
    expect(listed()).toEqual(['a'])
  })

  const once = 'and cf push refuses'
  test.each<[string, readonly ZipEntry[], string]>([
    ['a damaged file', [{ name: 'a', content: 'b', crc: 1 }, { name: 'b' }], 'a: its checksum is wrong'],
    ['different files of a name', [{ name: 'a', content: 'x' }, { name: 'a' }], `files named a, ${once} it`],
    ['a single entry', [{ name: 'a' }, { name: 'manifest.yml' }], `has only one entry, ${once} such`],
    [
      'an ignore list that is too long',
      [{ name: '.cfignore', content: '#'.repeat(5 * 1024 ** 2) }, { name: 'a' }, { name: 'b' }],
      '.cfignore in app.jar has 5242880 bytes, more than 4194304',
    ],
    ['only directories', [{ name: 'a/' }, { name: 'b/' }], 'app.jar has no files'],
    ['../escaped', [{ name: '../escaped' }], 'the entry ../escaped would be unpacked outside the app'],
    ['/escaped', [{ name: '/escaped' }], 'the entry /escaped would be unpacked outside the app'],
    ['a/../../escaped', [{ name: 'a/../../escaped' }], 'would be unpacked outside the app'],
  ])('refuses an archive with %s', async (_, entries, message) => {
    write(entries)
    await expect(push()).rejects.toThrow(message)
    expect(readdirSync(root).sort()).toEqual(['app.jar', 'pushed'])
  })

  test('reports a file that is not an archive', async () => {
    writeFileSync(path('app.jar'), 'not a zip at all, but long enough to look into')
    await expect(push()).rejects.toThrow('app.jar')
  })
})
