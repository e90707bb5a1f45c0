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

test('an archive that cannot be written is a failure, and tar ends', async () => {
  const { failure } = await packDirectory(directory, '/dev/full')
  expect(failure).toBe('write /dev/full: no space left on device')
  expect((await packDirectory(directory, join(root, 'missing', 'a.tgz'))).failure).toBe(
    `open ${root}/missing/a.tgz: no such file or directory`,
  )
})
