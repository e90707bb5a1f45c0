import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  createWriteStream,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ZipArchive } from 'archiver'
import { beforeEach, describe, expect, test } from 'vitest'
import { pushApp } from '../../../src/lifecycle/push/push.ts'
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
    await expect(push()).rejects.toThrow('is empty')
  })

  test('refuses a named pipe, saying what to do', async () => {
    execFileSync('mkfifo', [path('app', 'pipe')])
    await expect(push()).rejects.toThrow(/pipe is not a file, directory or link.*\.cfignore/)
  })
})

describe('explodes an archive', () => {
  const push = () => pushApp({ app: path('app.jar'), buildDir: pushed('') })

  async function archive(fill: (zip: ZipArchive) => void): Promise<void> {
    const zip = new ZipArchive()
    fill(zip)
    await Promise.all([zip.finalize(), pipeline(zip, createWriteStream(path('app.jar')))])
  }

  test('gives every file 0744, whatever its mode in the archive, and directories 0755', async () => {
    await archive((zip) => {
      zip.append('m', { name: 'META-INF/MANIFEST.MF', mode: 0o600 })
      zip.append('b', { name: 'bin/run', mode: 0o755 })
      zip.append('', { name: 'empty/' })
    })
    await push()
    expect(modeOf(pushed('META-INF/MANIFEST.MF'))).toBe('744')
    expect(modeOf(pushed('bin/run'))).toBe('744')
    expect(modeOf(pushed('empty'))).toBe('755')
    expect(readFileSync(pushed('bin/run'), 'utf8')).toBe('b')
  })

  test('unpacks a jar after a launch script', async () => {
    await archive((zip) => void zip.append('content', { name: 'file' }))
    const jar = readFileSync(path('app.jar'))
    writeFileSync(path('app.jar'), '#!/bin/sh\nexec java -jar "$0"\n')
    appendFileSync(path('app.jar'), jar)
    await push()
    expect(readFileSync(pushed('file'), 'utf8')).toBe('content')
  })

  test('makes links last, so that nothing is written through one', async () => {
    await archive((zip) => {
      zip.symlink('out', '..')
      zip.append('x', { name: 'out/escaped' })
    })
    await expect(push()).rejects.toThrow('app.jar cannot be unpacked')
    expect(readdirSync(root).sort()).toEqual(['app.jar', 'pushed'])
  })

  test('keeps a link of the archive', async () => {
    await archive((zip) => void zip.symlink('link', 'a/b'))
    await push()
    expect(readlinkSync(pushed('link'))).toBe('a/b')
  })

  test.each(['../escaped', '/escaped', 'a/../../escaped'])('refuses an entry named %s', async (name) => {
    // The library that writes the archive changes such a name, so it is put in afterwards.
    const harmless = name.replace(/[./]/g, 'x')
    await archive((zip) => void zip.append('x', { name: harmless }))
    const bytes = readFileSync(path('app.jar'), 'latin1').replaceAll(harmless, name)
    writeFileSync(path('app.jar'), bytes, 'latin1')
    await expect(push()).rejects.toThrow('app.jar cannot be unpacked')
    expect(readdirSync(root).sort()).toEqual(['app.jar', 'pushed'])
  })

  test('reports a file that is not an archive', async () => {
    writeFileSync(path('app.jar'), 'not a zip at all, but long enough to look into')
    await expect(push()).rejects.toThrow('app.jar')
  })
})
