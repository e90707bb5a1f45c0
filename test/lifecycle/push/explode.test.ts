import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { expect, it } from 'vitest'
import { explode } from '../../../src/lifecycle/push/explode.ts'
import { zipFile } from '../../support/archives/archive-files.ts'
import { temporaryFolder } from '../../support/files.ts'

const root = temporaryFolder()

it('a zip that unpacks to far more than its size is refused before it fills the disk', async () => {
  const archive = join(root, 'bomb.zip')
  const zip = new AdmZip()
  for (const name of ['a', 'b', 'c', 'd']) zip.addFile(name, Buffer.alloc(100 * 1024 ** 2))
  zip.writeZip(archive)
  expect(statSync(archive).size).toBeLessThan(1024 ** 2)
  const target = mkdtempSync(join(root, 'into-'))
  await expect(explode({ archive, name: 'bomb.zip', target, fileMode: () => 0o644 })).rejects.toThrow(
    /^bomb\.zip cannot be unpacked: it unpacks to more than \d+ MiB, far more than an archive of its size should$/,
  )
  expect(readdirSync(target).length).toBeLessThan(4)
})

it.each([
  [['a', 'a/b'], 'a/b: file exists'],
  [['a/b', 'a'], 'a: is a directory'],
  [['a/', 'a'], 'a: is a directory'],
  [['a', 'a/'], 'a: file exists'],
])('names the entry that another one is in the way of: %j', async (names, failure) => {
  const archive = join(root, 'clash.zip')
  writeFileSync(archive, zipFile(names.map((name) => ({ name, content: name.endsWith('/') ? '' : 'x' }))))
  const target = mkdtempSync(join(root, 'into-'))
  await expect(explode({ archive, name: 'clash.zip', target, fileMode: () => 0o644 })).rejects.toThrow(
    `clash.zip cannot be unpacked: ${failure}`,
  )
})

it.each(['../a', '/a', 'a/../../b', 'a\\..\\..\\b', 'c:a'])('refuses an entry named %s', async (name) => {
  const archive = join(root, 'outside.zip')
  writeFileSync(archive, zipFile([{ name }]))
  const target = mkdtempSync(join(root, 'into-'))
  await expect(explode({ archive, name: 'outside.zip', target, fileMode: () => 0o644 })).rejects.toThrow(
    `outside.zip cannot be unpacked: ${name} is outside the archive`,
  )
})

it('unpacks into a directory whose name is not ASCII', async () => {
  const archive = join(root, 'some.zip')
  writeFileSync(archive, zipFile([{ name: 'a/b', content: 'x' }]))
  const target = mkdtempSync(join(root, 'Jürgen-'))
  await explode({ archive, name: 'some.zip', target, fileMode: () => 0o644 })
  expect(readdirSync(join(target, 'a'))).toEqual(['b'])
})

it('unpacks small and large files', async () => {
  const archive = join(root, 'sizes.zip')
  const large = 'x'.repeat(300_000)
  writeFileSync(
    archive,
    zipFile([
      { name: 'stored', content: 'a' },
      { name: 'deflated', content: 'b', deflate: true },
      { name: 'empty' },
      { name: 'large', content: large },
    ]),
  )
  const target = mkdtempSync(join(root, 'into-'))
  await explode({ archive, name: 'sizes.zip', target, fileMode: () => 0o600 })
  const contentOf = (name: string) => readFileSync(join(target, name), 'utf8')
  expect(['stored', 'deflated', 'empty', 'large'].map(contentOf)).toEqual(['a', 'b', '', large])
  expect(statSync(join(target, 'stored')).mode & 0o777).toBe(0o600)
})

it.each([
  ['checksum', { content: 'x', crc: 1 }, 'a: its checksum is wrong'],
  ['stored size', { content: 'xyz', size: 2 }, 'a: its size is wrong'],
  ['deflated size', { content: 'xyz', size: 2, deflate: true }, 'a: its size is wrong'],
  ['method', { content: 'x', method: 12 }, 'a: unsupported compression method: 12'],
])('refuses a small file with a wrong %s', async (_, entry, failure) => {
  const archive = join(root, 'wrong.zip')
  writeFileSync(archive, zipFile([{ name: 'a', ...entry }]))
  const target = mkdtempSync(join(root, 'into-'))
  await expect(explode({ archive, name: 'wrong.zip', target, fileMode: () => 0o644 })).rejects.toThrow(
    failure,
  )
})

it('refuses a link whose target is longer than a path', async () => {
  const archive = join(root, 'link.zip')
  writeFileSync(archive, zipFile([{ name: 'a', content: 'x'.repeat(4096), deflate: true, mode: 0o120777 }]))
  const target = mkdtempSync(join(root, 'into-'))
  await expect(explode({ archive, name: 'link.zip', target, fileMode: () => 0o644 })).rejects.toThrow(
    'link.zip cannot be unpacked: a: its link target has 4096 bytes, more than 4095',
  )
})
