import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { packDirectory } from '../../../src/lifecycle/staging/pack.ts'
import { temporaryFolder } from '../../support/files.ts'

const root = temporaryFolder()
const directory = join(root, 'directory')
const archive = join(root, 'archive.tgz')
const random = randomBytes(5_000_000)

beforeAll(() => {
  mkdirSync(join(directory, 'app'), { recursive: true })
  writeFileSync(join(directory, 'app', 'random'), random)
  writeFileSync(join(directory, 'app', 'zeros'), Buffer.alloc(30_000_000))
  writeFileSync(join(directory, 'app', 'program'), '#!/bin/sh\n', { mode: 0o755 })
})

test('tar, gzip and zlib read an archive of many blocks', async () => {
  const read: number[] = []
  expect(await packDirectory(directory, archive, (bytes) => read.push(bytes))).toEqual({
    output: '',
    failure: undefined,
  })
  execFileSync('gzip', ['-t', archive])
  mkdirSync(join(root, 'unpacked'))
  execFileSync('tar', ['-xzf', archive, '-C', join(root, 'unpacked')])
  expect(readFileSync(join(root, 'unpacked', 'app', 'random')).equals(random)).toBe(true)
  expect(readFileSync(join(root, 'unpacked', 'app', 'zeros')).equals(Buffer.alloc(30_000_000))).toBe(true)
  expect(statSync(join(root, 'unpacked', 'app', 'program')).mode & 0o777).toBe(0o755)
  expect(gunzipSync(readFileSync(archive)).length).toBeGreaterThan(35_000_000)
  expect(statSync(archive).size).toBeLessThan(5_200_000)
  expect(read.length).toBeGreaterThan(30)
  expect(read).toEqual(read.toSorted((a, b) => a - b))
})

test("reports tar's message for unreadable files", async () => {
  const { output, failure } = await packDirectory(join(root, 'missing'), archive)
  expect(output).toContain('No such file or directory')
  expect(failure).toBe('exit status 2')
})

test('tar is killed', async () => {
  const packed = packDirectory(directory, archive)
  execFileSync('pkill', ['-KILL', '-P', String(process.pid), '-x', 'tar'])
  expect((await packed).failure).toBe('signal: killed')
})

test('an archive that cannot be written', async () => {
  await expect(packDirectory(directory, '/dev/full')).rejects.toThrow(
    'cannot write /dev/full: no space left on device',
  )
  await expect(packDirectory(directory, join(root, 'missing', 'a.tgz'))).rejects.toThrow(
    `cannot write ${root}/missing/a.tgz: no such file or directory`,
  )
})
